using System.Text;
using System.Xml;
using CsCheck;
using ExchangeCluster.Domain.Tests.SubjectTokens.Saml;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Fuzzing;

/// <summary>Damaged assertions: never an exception, and never accepted for what they are not.</summary>
public sealed class SamlFuzzTests
{
    private const int ShortRun = 3_000;

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "<!-- x -->", "<![CDATA[x]]>", "<?x y?>", "<!DOCTYPE a [<!ENTITY e 'x'>]>", "&e;", "&#0;", "&#x110000;", "&lt;", "&", "<", ">", "/>", "\"", "'",
            "xmlns=\"\"", "xmlns:saml=\"urn:x\"", "<saml:Assertion>", "</saml:Assertion>", "<saml:NameID>admin</saml:NameID>", "ID=\"_1\"", "Id=\"_1\"",
            "xml:id=\"_1\"", "xsi:type=\"x\"", "<KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/>", "URI=\"\"", "\u0000", "\ufeff", " ", "Z", "+00:00", "admin",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly string Good = SamlScene.Idp.Sign(SamlScene.Idp.Xml(SamlScene.Now));

    [Fact]
    public void Accepts_no_damaged_assertion_but_for_its_spelling()
    {
        var accepted = 0;
        Mutations.Of([Encoding.UTF8.GetBytes(Good), Encoding.UTF8.GetBytes(Xmlsec1.Assertion)], Words).Sample(
            bytes =>
            {
                var outcome = SamlScene.Validate(System.Buffers.Text.Base64Url.EncodeToString(bytes));
                Assert.True(outcome.Token is null ^ outcome.Refusal is null);
                if (outcome.Token is { } token)
                {
                    Interlocked.Increment(ref accepted);
                    Assert.Equal("alice", token.Root.Subject);
                    Assert.Equal("NO", token.Claims.GetProperty("country").GetString());
                    Assert.Equal(SamlScene.Now.AddMinutes(5), token.ExpiresAt);
                }
            },
            iter: ShortRun);
        Assert.InRange(accepted, 1, int.MaxValue);
    }

    [Fact]
    public void Accepts_a_well_signed_assertion_only_for_what_another_reader_finds_in_it()
    {
        var accepted = 0;
        Mutations.Of([Encoding.UTF8.GetBytes(SamlScene.Idp.Xml(SamlScene.Now))], Words).Sample(
            bytes =>
            {
                if (TrySign(Encoding.UTF8.GetString(bytes)) is not { } signed)
                {
                    return;
                }

                var outcome = SamlScene.Validate(TestSaml.Encode(signed));
                Assert.True(outcome.Token is null ^ outcome.Refusal is null);
                if (outcome.Token is { } token)
                {
                    Interlocked.Increment(ref accepted);
                    var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
                    document.LoadXml(signed);
                    var names = document.GetElementsByTagName("NameID", TestSaml.Ns);
                    Assert.Equal(1, names.Count);
                    Assert.Equal(names[0]!.InnerText, token.Subject);
                    Assert.Equal(1, document.GetElementsByTagName("Assertion", TestSaml.Ns).Count);
                    Assert.Contains("https://web.shop.example", token.Audiences);
                    Assert.True(token.ExpiresAt > SamlScene.Now && token.ExpiresAt - token.IssuedAt <= TimeSpan.FromHours(1));
                }
            },
            iter: ShortRun / 2,
            threads: 2);
        Assert.InRange(accepted, 10, int.MaxValue);
    }

    [Fact]
    public void Never_throws_on_any_encoding() => Mutations.Of([Encoding.ASCII.GetBytes(TestSaml.Encode(Good))], Words).Sample(
        bytes =>
        {
            var outcome = SamlScene.Validate(Encoding.Latin1.GetString(bytes));
            Assert.True(outcome.Token is null ^ outcome.Refusal is null);
        },
        iter: ShortRun);

    private static string? TrySign(string xml)
    {
        try
        {
            return SamlScene.Idp.Sign(xml);
        }
        catch (Exception e) when (e is XmlException or System.Security.Cryptography.CryptographicException or ArgumentException or NullReferenceException or InvalidOperationException)
        {
            // Not even XML, or nothing that can be signed.
            return null;
        }
    }
}
