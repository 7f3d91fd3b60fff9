using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A silo that listens on https and asks callers for a certificate, and clients that have some (RFC 8705).</summary>
public sealed class CertificateShop : IAsyncLifetime
{
    public static readonly TestAuthority Authority = TestAuthority.Create("CN=Shop CA");

    /// <summary>A certificate of <c>orders</c>, which is known by its DNS name.</summary>
    public static readonly X509Certificate2 Orders = Authority.Issue("CN=orders", names => names.AddDnsName("orders.shop.example"));

    /// <summary>The certificate of <c>catalog</c>, which is pinned.</summary>
    public static readonly X509Certificate2 Catalog = TestAuthority.SelfSigned("CN=catalog");

    /// <summary>The certificate of <c>reporting</c>, which stands in its JWK Set.</summary>
    public static readonly X509Certificate2 Reporting = TestAuthority.SelfSigned("CN=reporting");

    private static readonly X509Certificate2 Server =
        Authority.Issue("CN=silo", names => names.AddIpAddress(System.Net.IPAddress.Loopback), usage: null);

    public ShopParties Parties { get; } = new();

    public SiloFixture Silo { get; private set; } = null!;

    public string Issuer => Silo.PublicUrl.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync() => Silo = await SiloFixture.StartAsync(Policy, TestContext.Current.CancellationToken, certificate: Server);

    public ValueTask DisposeAsync() => Silo.DisposeAsync();

    /// <summary>A client with its own connections, on which it shows this certificate; null: none.</summary>
    public TokenClient Connect(X509Certificate2? certificate) => new(Silo.PublicUrl, handler =>
    {
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { Authority.Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }
    });

    /// <summary>An exchange by a client that names itself and shows a certificate, over a connection of its own.</summary>
    public async Task<TokenAnswer> ExchangeAsync(
        string client, X509Certificate2? certificate, string audience, string? subjectToken = null, Action<TokenForm>? edit = null)
    {
        using var connection = Connect(certificate);
        return await connection.SendAsync(Form(client, audience, subjectToken, edit));
    }

    public TokenForm Form(string client, string audience, string? subjectToken = null, Action<TokenForm>? edit = null)
    {
        var form = TokenForm.Exchange(subjectToken ?? Parties.SubjectToken(forClient: client));
        form.Add(ParameterNames.ClientId, client);
        form.Add(ParameterNames.Audience, audience);
        edit?.Invoke(form);
        return form;
    }

    public static string ThumbprintOf(X509Certificate2 certificate) => new ClientCertificate(certificate).Thumbprint;

    private string Policy(string issuer) => $$"""
        revision: 1
        issuer: {{issuer}}
        certificate_authorities: { shop: {{TestAuthority.ToPolicy(Authority)}} }
        trusted_issuers:
          - issuer: {{Parties.Login.Issuer}}
            jwks: {{Parties.Login.Jwks}}
            audiences: [https://orders.shop.example, https://catalog.shop.example, https://reporting.shop.example, https://web.shop.example]
            max_lifetime: 1h
        services:
          orders:
            domain: shop
            audience: https://orders.shop.example
            scopes: [browse]
            credentials: { certificate: { issued_by: shop, san_dns: orders.shop.example } }
          catalog:
            domain: shop
            audience: https://catalog.shop.example
            scopes: [browse]
            credentials: { certificate: { thumbprints: {{ThumbprintOf(Catalog)}} } }
            accepts:
              - { from: [orders, reporting, web], scopes: [browse] }
          reporting:
            domain: shop
            audience: https://reporting.shop.example
            scopes: [browse]
            credentials: { jwks: {{TestAuthority.JwksOf(Reporting)}}, certificate: registered }
          web:
            domain: shop
            audience: https://web.shop.example
            scopes: [browse]
            credentials: { secrets: "{{ShopParties.HashOf("web")}}" }
          vault:
            domain: shop
            audience: https://vault.shop.example
            scopes: [browse]
            certificate_binding: required
            credentials: { secrets: "{{ShopParties.HashOf("vault")}}" }
            accepts:
              - { from: [orders, catalog, web], scopes: [browse] }
          archive:
            domain: shop
            audience: https://archive.shop.example
            scopes: [browse]
            accepts:
              - { from: [orders, catalog, web, vault], scopes: [browse] }
          depot:
            domain: shop
            audience: https://depot.shop.example
            scopes: [browse]
            accepts:
              - { from: [catalog, vault], scopes: [browse], rebind: allowed }

        """;
}

[CollectionDefinition]
public sealed class CertificateShopCollection : ICollectionFixture<CertificateShop>;
