namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A token for orders carries those for geolocation, with one for maps in it, and payment.</summary>
internal static class EmbeddingShopPolicy
{
    /// <summary>The rule by which a token for payment is embedded.</summary>
    public const string Payment = "{ from: orders, scopes: [orders.place], claims: { sub: pairwise }, share: embed }";

    public static string Text(string issuer, ShopParties parties) => $$"""
        revision: 1
        issuer: {{issuer}}
        max_lifetime: 10m
        trusted_issuers:
          - { issuer: {{parties.Login.Issuer}}, jwks: {{parties.Login.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h }
          - issuer: {{parties.Partner.Issuer}}
            jwks: {{parties.Partner.Jwks}}
            audiences: https://web.shop.example
            max_lifetime: 1h
            grant_lifetime: 2m
            subject_prefix: "partner:"
        services:
          sts:
            domain: shop
            audience: {{issuer}}
            scopes: [exchange.admin]
            accepts:
              - { from: web, scopes: [exchange.admin] }
          web:
            domain: shop
            audience: https://web.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("web")}}" }
            scopes: [browse, orders.place, exchange.admin]
          orders:
            domain: shop
            audience: https://orders.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("orders")}}" }
            scopes: [browse, orders.place]
            accepts:
              - { from: web, scopes: [browse, orders.place], claims: [country], refresh: { lifetime: 1d } }
              - { from: web, grants: jwt-bearer, scopes: [orders.place], when: { issuer: {{parties.Partner.Issuer}} }, lifetime: 5m }
          catalog:
            domain: shop
            audience: https://catalog.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("catalog")}}" }
            scopes: [browse]
            accepts:
              - { from: orders, scopes: [browse] }
          geolocation:
            domain: partners
            audience: https://geolocation.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("geolocation")}}" }
            scopes: [locate]
            accepts:
              - { from: orders, elevate: { locate: orders.place }, claims: [country], lifetime: 2m, share: embed }
          maps:
            domain: maps
            audience: https://maps.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("maps")}}" }
            scopes: [locate]
            accepts:
              - { from: geolocation, scopes: [locate], share: embed }
          payment:
            domain: bank
            audience: https://payment.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("payment")}}" }
            scopes: [orders.place]
            accepts: [{{Payment}}]

        """;
}
