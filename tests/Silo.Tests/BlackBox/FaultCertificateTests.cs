using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Item C13: client authentication by certificate (RFC 8705 section 2), over real TLS.</summary>
[Collection<CertificateShopCollection>]
public sealed class FaultCertificateTests(CertificateShop shop)
{
    private static DateTimeOffset Now => ShopParties.Now;

    [Fact]
    public async Task Accepts_a_certificate_by_authority_and_name_by_thumbprint_and_by_key_set()
    {
        (await shop.ExchangeAsync("orders", CertificateShop.Orders, "catalog")).AssertIssued();
        (await shop.ExchangeAsync("catalog", CertificateShop.Catalog, "archive")).AssertIssued();
        (await shop.ExchangeAsync("reporting", CertificateShop.Reporting, "catalog")).AssertIssued();
    }

    [Fact]
    public async Task Accepts_a_certificate_again_when_the_session_is_resumed()
    {
        for (var connection = 0; connection < 3; connection++)
        {
            (await shop.ExchangeAsync("orders", CertificateShop.Orders, "catalog")).AssertIssued();
        }
    }

    [Fact]
    public async Task Fault_C13_Refuses_another_certificate()
    {
        var named = Names("orders.shop.example");
        X509Certificate2[] others =
        [
            CertificateShop.Catalog,
            CertificateShop.Authority.Issue("CN=orders", Names("orders.other.example")),
            CertificateShop.Authority.Issue("CN=orders.shop.example"),
            TestAuthority.Create("CN=Shop CA").Issue("CN=orders", named),
            TestAuthority.SelfSigned("CN=orders.shop.example"),
        ];
        foreach (var other in others)
        {
            (await shop.ExchangeAsync("orders", other, "catalog")).AssertRefused(ErrorCodes.InvalidClient);
        }

        (await shop.ExchangeAsync("catalog", TestAuthority.SelfSigned("CN=catalog"), "archive")).AssertRefused(ErrorCodes.InvalidClient);
        (await shop.ExchangeAsync("reporting", CertificateShop.Orders, "catalog")).AssertRefused(ErrorCodes.InvalidClient);
        (await shop.ExchangeAsync("nobody", CertificateShop.Orders, "catalog", shop.Parties.SubjectToken())).AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Fault_C13_Refuses_an_expired_certificate()
    {
        var named = Names("orders.shop.example");

        (await shop.ExchangeAsync("orders", CertificateShop.Authority.Issue("CN=orders", named, end: Now.AddMinutes(-1)), "catalog"))
            .AssertRefused(ErrorCodes.InvalidClient);
        (await shop.ExchangeAsync("orders", CertificateShop.Authority.Issue("CN=orders", named, start: Now.AddMinutes(5)), "catalog"))
            .AssertRefused(ErrorCodes.InvalidClient);
        (await shop.ExchangeAsync("orders", CertificateShop.Authority.Issue("CN=orders", named, end: Now.AddMinutes(5)), "catalog")).AssertIssued();
    }

    [Fact]
    public async Task Fault_C13_Refuses_a_missing_certificate_whatever_a_header_says()
    {
        (await shop.ExchangeAsync("orders", null, "catalog")).AssertRefused(ErrorCodes.InvalidClient);

        using var client = shop.Connect(null);
        using var request = shop.Form("orders", "catalog").ToRequest();
        var pem = Uri.EscapeDataString(CertificateShop.Orders.ExportCertificatePem());
        request.Headers.Add("X-Client-Cert", pem);
        request.Headers.Add("X-Forwarded-Client-Cert", $"Cert=\"{pem}\"");
        request.Headers.Add("Client-Cert", $":{Convert.ToBase64String(CertificateShop.Orders.RawData)}:");
        (await client.SendAsync(request, [])).AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Fault_C13_Refuses_a_certificate_without_client_id_and_beside_a_wrong_secret()
    {
        (await shop.ExchangeAsync("orders", CertificateShop.Orders, "catalog", edit: form => form.Remove(ParameterNames.ClientId)))
            .AssertRefused(ErrorCodes.InvalidClient);
        (await shop.ExchangeAsync("orders", CertificateShop.Orders, "catalog", edit: form => form.UsePost("orders", "not-the-secret-0123456789")))
            .AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Names_the_methods_in_the_metadata()
    {
        using var client = shop.Connect(null);
        var metadata = await client.GetJsonAsync("/.well-known/oauth-authorization-server");
        foreach (var endpoint in new[] { "token", "revocation", "introspection" })
        {
            string?[] methods = [.. metadata.GetProperty(endpoint + "_endpoint_auth_methods_supported").EnumerateArray().Select(method => method.GetString())];
            Assert.Equal(["client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"], methods);
        }

        Assert.True(metadata.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());
    }

    private static Action<SubjectAlternativeNameBuilder> Names(string dnsName) => names => names.AddDnsName(dnsName);
}
