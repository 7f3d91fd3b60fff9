using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary><c>certificate_authorities</c>, and <c>certificate</c> of a service's credentials.</summary>
public sealed class CertificatePolicyTests
{
    private static readonly TestAuthority Shop = TestAuthority.Create("CN=Shop CA");

    [Fact]
    public void Accepts_an_authority_as_a_block_of_pem()
    {
        var pem = string.Join('\n', Shop.Pem.Split('\n').Select(line => "    " + line));
        var policy = PolicyTexts.Compile(PolicyTexts.Of(
            "a: { domain: x, audience: https://a.example, credentials: { certificate: { issued_by: shop, san_dns: a.example } } }",
            $"certificate_authorities:\n  shop: |\n{pem}"));

        var issued = Assert.IsType<CertificateCredential.Issued>(policy.Services["a"].Credentials.Certificate);
        Assert.Equal(Shop.Certificate, Assert.Single(issued.Authority.Roots));
        Assert.Equal(new CertificateName(CertificateNameKind.SanDns, "a.example"), issued.Name);
    }

    [Theory]
    [InlineData("{ issued_by: shop }", "the certificate is not named once")]
    [InlineData("{ issued_by: shop, san_dns: a.example, san_ip: 10.0.0.1 }", "the certificate is not named once")]
    [InlineData("{ issued_by: shop, san_dns: a.example, thumbprints: x }", "the certificate is not named once")]
    [InlineData("{ san_dns: a.example }", "a name alone can be anybody's")]
    [InlineData("{ issued_by: shopp, san_dns: a.example }", "the certificate authority 'shopp' is unknown, expected one of certificate_authorities; did you mean \"shop\"?")]
    [InlineData("{ issued_by: shop, san_dns: '*.example' }", "no certificate can have this name")]
    [InlineData("{ issued_by: shop, san_dns: 10.0.0.1 }", "no certificate can have this name")]
    [InlineData("{ issued_by: shop, san_ip: 10.1 }", "no certificate can have this name")]
    [InlineData("{ issued_by: shop, san_ip: '2001:db8:0:0::1' }", "no certificate can have this name")]
    [InlineData("{ issued_by: shop, san_uri: orders }", "no certificate can have this name")]
    [InlineData("{ issued_by: shop, san_email: orders }", "no certificate can have this name")]
    [InlineData("{ issued_by: shop, subject_dn: 'CN=a\\, b' }", "no certificate can have this name")]
    [InlineData("{ issued_by: shop, subject_dn: orders }", "no certificate can have this name")]
    [InlineData("{ issued_by: shop, subject_dn: ' ' }", "no certificate can have this name")]
    [InlineData("{ thumbprints: abc }", "this is not a thumbprint")]
    [InlineData("{ thumbprints: [] }", "'thumbprints' is empty")]
    [InlineData("{ issued_by: shop, thumbprints: jZqLZ7eyk3rUOH2xMqVUU6KcNmNVwY1yVHnJXdnkUSM }", "expected no issued_by")]
    [InlineData("registered", "no certificate can be registered without keys")]
    [InlineData("registerd", "which certificates count is not understood")]
    public void Refuses_a_certificate_that_is_nobodys_or_anybodys(string certificate, string mistake)
    {
        var mistakes = PolicyTexts.MistakesOf(PolicyTexts.Of(
            $"a: {{ domain: x, audience: https://a.example, credentials: {{ certificate: {certificate} }} }}",
            $"certificate_authorities: {{ shop: {TestAuthority.ToPolicy(Shop)} }}"));

        Assert.Contains(mistake, Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_an_authority_without_root_or_with_a_private_key()
    {
        var intermediate = Shop.CreateIntermediate("CN=Intermediate");
        var withKey = Shop.Pem + "\n" + Shop.Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        var mistakes = PolicyTexts.MistakesOf(PolicyTexts.Of("a: { domain: x, audience: https://a.example }", $$"""
            certificate_authorities:
              empty: none
              junk: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
              intermediate: {{TestAuthority.ToPolicy(intermediate)}}
              careless: "{{withKey.ReplaceLineEndings("\\n")}}"
            """));

        Assert.Equal(4, mistakes.Count);
        Assert.All(mistakes.Take(3), mistake => Assert.Contains("has no root", mistake, StringComparison.Ordinal));
        Assert.Contains("holds a private key", mistakes[3], StringComparison.Ordinal);
        Assert.All(mistakes, mistake => Assert.DoesNotContain("BEGIN", mistake, StringComparison.Ordinal));
    }
}
