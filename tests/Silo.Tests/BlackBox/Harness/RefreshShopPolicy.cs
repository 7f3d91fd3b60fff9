namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

internal static class RefreshShopPolicy
{
    public static string Text(string issuer, ShopParties parties) => $$"""
        revision: 1
        issuer: {{issuer}}
        max_lifetime: 10m
        trusted_issuers:
          - { issuer: {{parties.Login.Issuer}}, jwks: {{parties.Login.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h }
          - { issuer: {{parties.Partner.Issuer}}, jwks: {{parties.Partner.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h, subject_prefix: "partner:" }
        services:
          web:
            domain: shop
            audience: https://web.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("web")}}" }
            scopes: [browse, orders.place]
          mobile:
            domain: shop
            audience: https://mobile.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("mobile")}}" }
            scopes: [browse, orders.place]
          orders:
            domain: shop
            audience: https://orders.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("orders")}}" }
            scopes: [browse, orders.place]
            accepts:
              - { from: [web, mobile], scopes: [browse, orders.place], refresh: { lifetime: 30d } }
          catalog:
            domain: shop
            audience: https://catalog.shop.example
            scopes: [browse]
            accepts:
              - { from: web, scopes: [browse] }
          stock:
            domain: shop
            audience: https://stock.shop.example
            scopes: [browse]
            accepts:
              - { from: orders, scopes: [browse], refresh: { lifetime: 60d } }
              - { from: web, scopes: [browse], refresh: { lifetime: 30d } }
          vault:
            domain: shop
            audience: https://vault.shop.example
            scopes: [browse]
            token_format: opaque
            accepts:
              - { from: web, scopes: [browse], refresh: { lifetime: 1d } }
          narrowed:
            domain: shop
            audience: https://narrowed.shop.example
            scopes: [browse, orders.place]
            accepts:
              - { from: web, scopes: [browse, orders.place], refresh: { lifetime: 2d } }
          shortened:
            domain: shop
            audience: https://shortened.shop.example
            scopes: [browse]
            accepts:
              - { from: web, scopes: [browse], refresh: { lifetime: 3d } }
          dropped:
            domain: shop
            audience: https://dropped.shop.example
            scopes: [browse]
            accepts:
              - { from: web, scopes: [browse], refresh: { lifetime: 4d } }
          geolocation:
            domain: partners
            audience: https://geo.example
            scopes: [locate]
            accepts:
              - { from: web, elevate: { locate: orders.place }, refresh: { lifetime: 1h } }

        """;
}
