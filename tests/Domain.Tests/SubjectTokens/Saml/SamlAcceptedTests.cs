using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens.Saml;

/// <summary>What a good assertion becomes.</summary>
public sealed class SamlAcceptedTests
{
    [Fact]
    public void Accepts_an_assertion_as_claims()
    {
        var token = SamlScene.Accepts(SamlScene.Idp.Assertion(SamlScene.Now));

        Assert.Equal(TokenTypeIdentifiers.Saml2, token.TokenType);
        Assert.Equal((SamlScene.Idp.Issuer, "alice", "login"), (token.Issuer, token.Subject, token.Scope.Text));
        Assert.Equal(["https://web.shop.example"], token.Audiences);
        Assert.Null(token.ClientId);
        Assert.Equal((SamlScene.Now, SamlScene.Now.AddMinutes(5)), (token.IssuedAt, token.ExpiresAt));
        Assert.Equal(("alice", "s-1"), (token.Root.Subject, token.Root.Session));
        var now = SamlScene.Now.ToUnixTimeSeconds();
        Assert.Equal(
            $$"""{"iss":"{{SamlScene.Idp.Issuer}}","sub":"alice","aud":"https://web.shop.example","iat":{{now}},"exp":{{now + 300}},"jti":"_1","scope":"login","auth_time":{{now}},"acr":"urn:gold","sid":"s-1","country":"NO","groups":["a","b"]}""",
            token.Claims.GetRawText());
    }

    [Fact]
    public void Tells_assertions_apart_by_issuer_and_ID_and_not_by_their_text()
    {
        var one = SamlScene.Accepts(SamlScene.Idp.Assertion(SamlScene.Now));
        var otherText = SamlScene.Accepts(SamlScene.With("<saml:Conditions", "  <saml:Conditions"));
        var otherId = SamlScene.Accepts(SamlScene.With("ID=\"_1\"", "ID=\"_2\""));
        var otherIssuer = SamlScene.Accepts(SamlScene.Other.Assertion(SamlScene.Now, SamlScene.Replace(TestSaml.Persistent, "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")));

        Assert.Equal(one.Handle, otherText.Handle);
        Assert.Equal(3, new[] { one.Handle, otherId.Handle, otherIssuer.Handle }.Distinct().Count());
    }

    [Fact]
    public void Accepts_what_xmlsec1_signed()
    {
        var keys = new Dictionary<string, KeySet>(StringComparer.Ordinal)
        {
            [SamlScene.Idp.Issuer] = KeySetReader.Read(PemKeySet.ToJwks(Xmlsec1.PublicKey), SamlScene.Now, TimeSpan.FromHours(1)),
        };

        var token = Scene.Accepted(SamlScene.Validate(TestSaml.Encode(Xmlsec1.Assertion), SamlScene.Now, keys));

        Assert.Equal("ålice & co", token.Subject);
        Scene.Refused(Domain.Exchange.RefusalReason.SubjectTokenSignatureInvalid, SamlScene.Validate(TestSaml.Encode(Xmlsec1.Assertion)));
    }

    [Theory]
    [InlineData("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha512")]
    [InlineData("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384")]
    public void Accepts_every_good_digest(string method, string digest) =>
        SamlScene.Accepts(SamlScene.Idp.Assertion(SamlScene.Now, sign: signed => signed.SignedInfo!.SignatureMethod = method, digest: digest));

    [Fact]
    public void Accepts_prefixes_white_space_and_character_references_in_their_places()
    {
        Assert.Equal("a<b&c", SamlScene.Accepts(SamlScene.With(">alice<", ">a&lt;b&#38;c<")).Subject);
        SamlScene.Accepts(SamlScene.With("><saml:", ">\n  <saml:"));
        var otherPrefix = SamlScene.Idp.Xml(SamlScene.Now).Replace("saml:", "s:", StringComparison.Ordinal).Replace("xmlns:saml", "xmlns:s", StringComparison.Ordinal)
            .Replace("urn:oasis:names:tc:SAML", "urn:oasis:names:tc:SAML", StringComparison.Ordinal);
        SamlScene.Accepts(TestSaml.Encode(SamlScene.Idp.Sign(otherPrefix)));
    }

    [Fact]
    public void Dies_with_the_first_of_its_ends()
    {
        var soon = TestSaml.Time(SamlScene.Now.AddMinutes(1));

        Assert.Equal(
            SamlScene.Now.AddMinutes(1),
            SamlScene.Accepts(SamlScene.With("SessionIndex=", $"SessionNotOnOrAfter=\"{soon}\" SessionIndex=")).ExpiresAt);
        Assert.Equal(
            SamlScene.Now.AddMinutes(1),
            SamlScene.Accepts(SamlScene.With("cm:bearer\"/>", $"cm:bearer\"><saml:SubjectConfirmationData Recipient=\"https://web.shop.example/acs\" NotOnOrAfter=\"{soon}\"/></saml:SubjectConfirmation>")).ExpiresAt);
    }

    [Theory]
    [InlineData("Recipient=\"https://web.shop.example/acs\"")]
    [InlineData("Recipient=\"https://sts.shop.example/oauth/token\"")]
    public void Accepts_a_confirmation_for_a_recipient_of_the_policy_or_for_us(string data) =>
        SamlScene.Accepts(SamlScene.With("cm:bearer\"/>", $"cm:bearer\"><saml:SubjectConfirmationData {data}/></saml:SubjectConfirmation>"));

    [Fact]
    public void Is_for_whom_every_restriction_means()
    {
        const string Two = "<saml:AudienceRestriction><saml:Audience>https://mobile.shop.example</saml:Audience><saml:Audience>https://web.shop.example</saml:Audience></saml:AudienceRestriction>";

        Assert.Equal(["https://web.shop.example"], SamlScene.Accepts(SamlScene.With("</saml:Conditions>", Two + "</saml:Conditions>")).Audiences);
    }

    [Fact]
    public void Maps_no_attribute_that_is_missing_or_that_the_policy_does_not_name()
    {
        var token = SamlScene.Accepts(SamlScene.With("urn:country", "urn:land"));

        Assert.False(token.Claims.TryGetProperty("country", out _));
        Assert.DoesNotContain("NO", token.Claims.GetRawText(), StringComparison.Ordinal);
    }
}
