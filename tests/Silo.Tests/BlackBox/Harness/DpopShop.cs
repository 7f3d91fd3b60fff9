using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A silo whose policy wants a nonce in every DPoP proof, and rules that treat bound tokens in every way (RFC 9449).</summary>
public sealed class DpopShop : IAsyncLifetime
{
    public ShopParties Parties { get; } = new();

    public SiloFixture Silo { get; private set; } = null!;

    public TokenClient Client { get; private set; } = null!;

    public string Issuer => Silo.PublicUrl.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        Silo = await SiloFixture.StartAsync(Policy, TestContext.Current.CancellationToken);
        Client = new TokenClient(Silo.PublicUrl);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Silo.DisposeAsync();
    }

    /// <summary>An exchange without proof, or with this one as it stands.</summary>
    public Task<TokenAnswer> ExchangeAsync(string client, string audience, string? subjectToken = null, string? proof = null)
    {
        var form = TokenForm.Exchange(subjectToken ?? Parties.SubjectToken(forClient: client));
        form.Add(ParameterNames.Audience, audience);
        return SendAsync(client, form, proof);
    }

    /// <summary>An exchange with a proof of this key, made as a client makes it: without nonce, then with the one it is told.</summary>
    public async Task<TokenAnswer> ExchangeAsync(string client, string audience, TestKey key, string? subjectToken = null)
    {
        subjectToken ??= Parties.SubjectToken(forClient: client);
        var asked = await ExchangeAsync(client, audience, subjectToken, Proof(key));
        asked.AssertRefused(ErrorCodes.UseDpopNonce);
        return await ExchangeAsync(client, audience, subjectToken, Proof(key, NonceOf(asked)));
    }

    public Task<TokenAnswer> SendAsync(string client, TokenForm form, string? proof = null)
    {
        form.UseBasic(client, ShopParties.SecretOf(client));
        if (proof is not null)
        {
            form.Proofs.Add(proof);
        }

        return Client.SendAsync(form);
    }

    public string Proof(TestKey key, string? nonce = null) => TestProof.Of(key, Issuer + "/oauth/token", ShopParties.Now, claims =>
    {
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }
    });

    public static string NonceOf(TokenAnswer answer) => Assert.Single(answer.Headers.GetValues("DPoP-Nonce"));

    public static string? JktOf(IssuedJwt token) => token.Claims.GetProperty("cnf").GetProperty("jkt").GetString();

    private string Policy(string issuer) => $$"""
        revision: 1
        issuer: {{issuer}}
        dpop_nonce: required
        trusted_issuers:
          - { issuer: {{Parties.Login.Issuer}}, jwks: {{Parties.Login.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h }
        services:
          web:
            domain: shop
            audience: https://web.shop.example
            scopes: [browse]
            credentials: { secrets: "{{ShopParties.HashOf("web")}}" }
          vault:
            domain: shop
            audience: https://vault.shop.example
            scopes: [browse]
            dpop: required
            credentials: { secrets: "{{ShopParties.HashOf("vault")}}" }
            accepts:
              - { from: web, scopes: [browse] }
              - { from: web, scopes: [browse], grants: client-credentials }
          archive:
            domain: shop
            audience: https://archive.shop.example
            scopes: [browse]
            accepts:
              - { from: [web, vault], scopes: [browse] }
          depot:
            domain: shop
            audience: https://depot.shop.example
            scopes: [browse]
            accepts:
              - { from: vault, scopes: [browse], rebind: allowed }

        """;
}

[CollectionDefinition]
public sealed class DpopShopCollection : ICollectionFixture<DpopShop>;
