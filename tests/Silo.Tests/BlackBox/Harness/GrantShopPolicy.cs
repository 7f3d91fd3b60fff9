namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

internal static class GrantShopPolicy
{
    public static string Text(string issuer, ShopParties parties) => $$"""
        revision: 1
        issuer: {{issuer}}
        max_lifetime: 10m
        trusted_issuers:
          - { issuer: {{parties.Login.Issuer}}, jwks: {{parties.Login.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h }
        services:
          web:
            domain: shop
            audience: https://web.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("web")}}" }
            scopes: [browse, orders.place]
          orders:
            domain: shop
            audience: https://orders.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("orders")}}" }
            scopes: [browse, orders.place]
            accepts:
              - { from: web, scopes: [browse, orders.place] }
              - { from: web, grants: client-credentials, scopes: [browse], lifetime: 2m }
          catalog:
            domain: shop
            audience: https://catalog.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("catalog")}}" }
            scopes: [browse]
            grants: [token-exchange]
            accepts:
              - { from: [web, orders], scopes: [browse] }
          reports:
            domain: shop
            audience: https://reports.shop.example
            scopes: [browse]
            accepts:
              - { from: orders, scopes: [browse], when: { issuer: {{issuer}} } }
              - { from: catalog, grants: client-credentials, scopes: [browse] }

        """;
}
