using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A silo whose rules require, allow and forbid actors, and ask how the user logged in.</summary>
public sealed class DelegationShop : IAsyncLifetime
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

    /// <summary>An exchange of this client; without an actor token when <paramref name="actor"/> is null.</summary>
    public Task<TokenAnswer> ExchangeAsync(
        string client, string subject, string? actor, string audience, Action<TokenForm>? edit = null)
    {
        var form = TokenForm.Exchange(subject);
        form.UseBasic(client, ShopParties.SecretOf(client));
        form.Add(ParameterNames.Audience, audience);
        if (actor is not null)
        {
            form.Add(ParameterNames.ActorToken, actor);
            form.Add(ParameterNames.ActorTokenType, TokenTypeIdentifiers.AccessToken);
        }

        edit?.Invoke(form);
        return Client.SendAsync(form);
    }

    /// <summary>A service's token in its own name.</summary>
    public async Task<string> OwnTokenAsync(string client, string audience)
    {
        var form = TokenForm.Of(GrantTypes.ClientCredentials);
        form.UseBasic(client, ShopParties.SecretOf(client));
        form.Add(ParameterNames.Audience, audience);
        return (await Client.SendAsync(form)).AssertIssued().Token;
    }

    /// <summary>alice, as she logged in at web.</summary>
    public string Alice(Action<JsonObject>? claims = null) => Parties.SubjectToken(claims: claims);

    /// <summary>A person of the support company.</summary>
    public string Support(string subject = "support-7", string role = "support", Action<JsonObject>? claims = null) =>
        Parties.SubjectToken(Parties.Partner, subject: subject, claims: all =>
        {
            all["role"] = role;
            claims?.Invoke(all);
        });

    private string Policy(string issuer) => $$"""
        revision: 1
        issuer: {{issuer}}
        max_lifetime: 10m
        max_actor_depth: 3
        trusted_issuers:
          - { issuer: {{Parties.Login.Issuer}}, jwks: {{Parties.Login.Jwks}}, audiences: [https://web.shop.example, web], max_lifetime: 1h }
          - { issuer: {{Parties.Partner.Issuer}}, jwks: {{Parties.Partner.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h, subject_prefix: "partner:" }
        services:
          web:
            domain: shop
            audience: https://web.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("web")}}" }
            scopes: [openid, browse, orders.place]
          orders:
            domain: shop
            audience: https://orders.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("orders")}}" }
            scopes: [browse, orders.place]
            accepts:
              - { from: web, grants: client-credentials, scopes: [browse] }
              - { from: web, scopes: [browse, orders.place] }
              - { from: web, scopes: [browse], when: { actor: required } }
          catalog:
            domain: shop
            audience: https://catalog.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("catalog")}}" }
            scopes: [browse]
            accepts:
              - { from: orders, grants: client-credentials, scopes: [browse] }
              - { from: orders, scopes: [browse], when: { actor: required } }
          stock:
            domain: shop
            audience: https://stock.shop.example
            scopes: [browse]
            accepts:
              - { from: catalog, grants: client-credentials, scopes: [browse] }
              - { from: catalog, scopes: [browse], when: { actor: { services: catalog } } }
              - { from: orders, scopes: [browse], when: { actor: { services: catalog } } }
          desk:
            domain: shop
            audience: https://desk.shop.example
            scopes: [browse]
            accepts:
              - from: web
                scopes: [browse]
                when: { actor: { issuer: {{Parties.Partner.Issuer}}, subjects: [support-7], claims: { role: support } } }
          open:
            domain: shop
            audience: https://open.shop.example
            scopes: [browse]
            accepts:
              - { from: [web, orders], scopes: [browse], when: { actor: allowed }, claims: { may_act: pass } }
          plain:
            domain: shop
            audience: https://plain.shop.example
            scopes: [browse]
            accepts:
              - { from: [web, orders], scopes: [browse] }
          bank:
            domain: shop
            audience: https://bank.shop.example
            scopes: [browse]
            accepts:
              - { from: web, scopes: [browse], when: { acr: [gold, silver], max_age: 5m } }
          profile:
            domain: shop
            audience: https://profile.shop.example
            scopes: [browse]
            accepts:
              - { from: web, elevate: { browse: openid }, when: { subject_type: id_token } }

        """;
}

[CollectionDefinition]
public sealed class DelegationShopCollection : ICollectionFixture<DelegationShop>;
