using System.Security.Cryptography.Xml;
using System.Text;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens.Saml;

/// <summary>Attacks on the form and the signature of assertions.</summary>
public sealed class SamlAttackTests
{
    private const string Sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";

    private static readonly string Good = SamlScene.Idp.Sign(SamlScene.Idp.Xml(SamlScene.Now));

    private static readonly string SignatureOfGood = Good[Good.IndexOf("<Signature", StringComparison.Ordinal)..(Good.IndexOf("</Signature>", StringComparison.Ordinal) + "</Signature>".Length)];

    [Fact]
    public void Refuses_an_unsigned_assertion() =>
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, TestSaml.Encode(SamlScene.Idp.Xml(SamlScene.Now)));

    [Theory]
    [InlineData(">alice<", ">admin<")]
    [InlineData("Version=\"2.0\"", "Version=\"2.0\" ")]
    [InlineData(">https://web.shop.example<", ">https://mobile.shop.example<")]
    [InlineData(">NO<", ">SE<")]
    [InlineData("ID=\"_1\"", "ID=\"_2\"")]
    public void Refuses_a_change_after_the_signature(string old, string replacement)
    {
        var changed = SamlScene.Replace(old, replacement)(Good);
        var outcome = SamlScene.Validate(TestSaml.Encode(changed));

        // White space in a tag is no part of the canonical form.
        Assert.Equal(replacement.EndsWith(' '), outcome.Token is not null);
    }

    [Fact]
    public void Refuses_a_signature_of_another_key()
    {
        var forged = new TestSaml(SamlScene.Idp.Issuer);
        SamlScene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, forged.Assertion(SamlScene.Now));

        // Nor of another trusted issuer's key.
        SamlScene.Refuses(
            RefusalReason.SubjectTokenSignatureInvalid, TestSaml.Encode(SamlScene.Other.Sign(SamlScene.Idp.Xml(SamlScene.Now))));
    }

    [Fact]
    public void Takes_no_key_from_the_assertion()
    {
        var forged = new TestSaml(SamlScene.Idp.Issuer);

        SamlScene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, forged.Assertion(SamlScene.Now, sign: signed =>
        {
            signed.KeyInfo = new KeyInfo();
            signed.KeyInfo.AddClause(new RSAKeyValue((System.Security.Cryptography.RSA)signed.SigningKey!));
        }));
        SamlScene.Accepts(SamlScene.Idp.Assertion(SamlScene.Now, sign: signed =>
        {
            signed.KeyInfo = new KeyInfo();
            signed.KeyInfo.AddClause(new KeyInfoName("<!-- anything -->"));
        }));
    }

    [Fact]
    public void Refuses_signature_wrapping()
    {
        var evil = SamlScene.Idp.Xml(SamlScene.Now, "admin", id: "_evil");
        string[] wrapped =
        [
            // XSW: the signed assertion beside, inside or around an evil one, with the signature here or there.
            evil.Replace("</saml:Issuer>", "</saml:Issuer>" + SignatureOfGood, StringComparison.Ordinal),
            evil.Replace("</saml:Issuer>", "</saml:Issuer>" + SignatureOfGood, StringComparison.Ordinal).Replace("_evil", "_1", StringComparison.Ordinal),
            evil.Replace("</saml:Assertion>", Good + "</saml:Assertion>", StringComparison.Ordinal),
            evil.Replace("</saml:Issuer>", "</saml:Issuer>" + SignatureOfGood.Replace("</Signature>", "<Object>" + Good.Replace(SignatureOfGood, "", StringComparison.Ordinal) + "</Object></Signature>", StringComparison.Ordinal), StringComparison.Ordinal),
            evil.Replace("<saml:Conditions", $"<saml:Advice>{Good}</saml:Advice><saml:Conditions", StringComparison.Ordinal),
            Good.Replace("</saml:Assertion>", evil + "</saml:Assertion>", StringComparison.Ordinal),
            $"<Response xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\">{evil}{Good}</Response>",
            $"<Response xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\">{Good}</Response>",
            Good + evil,
        ];

        Assert.All(wrapped, xml => Assert.Null(SamlScene.Validate(TestSaml.Encode(xml)).Token));
    }

    [Fact]
    public void Refuses_two_signatures_and_two_references()
    {
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, TestSaml.Encode(Good.Replace(SignatureOfGood, SignatureOfGood + SignatureOfGood, StringComparison.Ordinal)));
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, SamlScene.Idp.Assertion(SamlScene.Now, sign: signed => signed.AddReference(Reference("#_1"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("#_2")]
    [InlineData("#xpointer(/)")]
    [InlineData("#xpointer(id('_1'))")]
    public void Refuses_a_reference_to_anything_but_the_assertion(string uri) => Assert.Null(SamlScene.Validate(
        TestSaml.Encode(Good.Replace("URI=\"#_1\"", $"URI=\"{uri}\"", StringComparison.Ordinal))).Token);

    [Fact]
    public void Refuses_a_reference_to_the_whole_document_though_well_signed() => SamlScene.Refuses(
        RefusalReason.SubjectTokenHeaderRefused,
        SamlScene.Idp.Assertion(SamlScene.Now, sign: signed => ((Reference)signed.SignedInfo!.References[0]!).Uri = ""));

    [Fact]
    public void Refuses_weak_methods_though_well_signed()
    {
        SamlScene.Refuses(
            RefusalReason.SubjectTokenHeaderRefused,
            SamlScene.Idp.Assertion(SamlScene.Now, sign: signed => signed.SignedInfo!.SignatureMethod = SignedXml.XmlDsigRSASHA1Url));
        SamlScene.Refuses(RefusalReason.SubjectTokenHeaderRefused, SamlScene.Idp.Assertion(SamlScene.Now, digest: Sha1));
        SamlScene.Refuses(
            RefusalReason.SubjectTokenHeaderRefused,
            SamlScene.Idp.Assertion(SamlScene.Now, sign: signed => signed.SignedInfo!.CanonicalizationMethod = SignedXml.XmlDsigC14NWithCommentsTransformUrl));

        // Not in the issuer's algorithms.
        SamlScene.Refuses(
            RefusalReason.SubjectTokenHeaderRefused,
            SamlScene.Idp.Assertion(SamlScene.Now, sign: signed => signed.SignedInfo!.SignatureMethod = SignedXml.XmlDsigRSASHA512Url));
    }

    [Theory]
    [InlineData("http://www.w3.org/2000/09/xmldsig#hmac-sha1")]
    [InlineData("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")]
    [InlineData("http://www.w3.org/2001/04/xmldsig-more#rsa-md5")]
    [InlineData("")]
    public void Refuses_another_signature_method(string method) => SamlScene.Refuses(
        RefusalReason.SubjectTokenHeaderRefused,
        TestSaml.Encode(Good.Replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", method, StringComparison.Ordinal)));

    [Fact]
    public void Refuses_other_transforms()
    {
        SamlScene.Refuses(RefusalReason.SubjectTokenHeaderRefused, TransformedBy(new XmlDsigXPathTransform()));
        SamlScene.Refuses(RefusalReason.SubjectTokenHeaderRefused, TransformedBy(new XmlDsigBase64Transform()));
        SamlScene.Refuses(RefusalReason.SubjectTokenHeaderRefused, TransformedBy(new XmlDsigExcC14NTransform(includeComments: true)));

        static string TransformedBy(Transform transform) => TestSaml.Encode(
            Good.Replace("http://www.w3.org/2001/10/xml-exc-c14n#\" /></Transforms>", transform.Algorithm + "\" /></Transforms>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(">alice<", ">alice<!-- x -->.evil<")]
    [InlineData(">alice<", ">alice<?x y?><")]
    [InlineData(">alice<", "><![CDATA[alice]]><")]
    [InlineData(">alice<", "><b xmlns=\"\">alice</b><")]
    [InlineData("<saml:Subject>", "<!-- x --><saml:Subject>")]
    [InlineData("<saml:Subject>", "x<saml:Subject>")]
    [InlineData(">https://web.shop.example<", "><!-- -->https://web.shop.example<")]
    [InlineData("<saml:Conditions", "<saml:Advice/><saml:Conditions")]
    [InlineData("<saml:AttributeStatement>", "<saml:AuthzDecisionStatement/><saml:AttributeStatement>")]
    [InlineData("</saml:Conditions>", "<saml:Condition/></saml:Conditions>")]
    [InlineData("</saml:Subject>", "</saml:Subject><saml:Subject><saml:NameID>admin</saml:NameID></saml:Subject>")]
    [InlineData("</saml:NameID>", "</saml:NameID><saml:NameID>admin</saml:NameID>")]
    [InlineData("</saml:Issuer>", "</saml:Issuer><saml:Issuer>urn:other:idp</saml:Issuer>")]
    [InlineData("</saml:AttributeStatement>", "<saml:EncryptedAttribute/></saml:AttributeStatement>")]
    public void Refuses_what_is_not_of_the_shape_though_well_signed(string old, string replacement) =>
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, SamlScene.With(old, replacement));

    [Theory]
    [InlineData("<!DOCTYPE a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e \"alice\">]>")]
    [InlineData("<!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\">")]
    [InlineData("<!DOCTYPE a [<!ENTITY % e SYSTEM \"file:///etc/passwd\"> %e;]>")]
    [InlineData("<?xml-stylesheet href=\"http://127.0.0.1/a.xsl\"?>")]
    [InlineData("<!-- x -->")]
    public void Refuses_a_document_type_or_anything_else_before_the_assertion(string before)
    {
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, TestSaml.Encode(before + Good));
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, TestSaml.Encode(before + Good.Replace("alice", "&e;", StringComparison.Ordinal)));
    }

    [Fact]
    public void Refuses_other_encodings_of_the_token()
    {
        var good = TestSaml.Encode(Good);
        string[] others =
        [
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Good + " ")) + "=", good + "=", good + "\n", " " + good, Good,
            good[..^1], System.Buffers.Text.Base64Url.EncodeToString(Encoding.Unicode.GetBytes(Good)),
            System.Buffers.Text.Base64Url.EncodeToString(Encoding.Latin1.GetBytes(Good.Replace("alice", "\u00e5", StringComparison.Ordinal))), "", "AAAA",
        ];

        Assert.All(others, text => SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, text));
    }

    [Fact]
    public void Refuses_an_assertion_above_the_size_limit_and_a_deep_one()
    {
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, SamlScene.With(">NO<", $">{new string('N', TokenExchangeRequest.MaxTokenLength)}<"));
        var deep = string.Concat(Enumerable.Repeat("<a>", 3000));
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, TestSaml.Encode(deep[..9000].Replace(">", "/>", StringComparison.Ordinal)));
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, TestSaml.Encode(string.Concat(Enumerable.Repeat("<a>", 1500)) + string.Concat(Enumerable.Repeat("</a>", 1500))));
    }

    [Fact]
    public void Refuses_a_jwt_and_saml_1_1()
    {
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenWith());
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, SamlScene.With(TestSaml.Ns, "urn:oasis:names:tc:SAML:1.0:assertion").Replace('=', '-'));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, TestSaml.Encode(Good));
    }

    private static Reference Reference(string uri)
    {
        var reference = new Reference(uri) { DigestMethod = SignedXml.XmlDsigSHA256Url };
        reference.AddTransform(new XmlDsigEnvelopedSignatureTransform());
        reference.AddTransform(new XmlDsigExcC14NTransform());
        return reference;
    }
}
