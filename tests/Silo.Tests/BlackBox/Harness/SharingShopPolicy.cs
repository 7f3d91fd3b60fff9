namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

internal static class SharingShopPolicy
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
              - { from: web, scopes: [browse, orders.place], claims: [country] }
          catalog:
            domain: shop
            audience: https://catalog.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("catalog")}}" }
            scopes: [browse]
            accepts:
              - { from: orders, scopes: [browse], claims: [country], share: reuse }
          stock:
            domain: shop
            audience: https://stock.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("stock")}}" }
            scopes: [browse]
            accepts:
              - { from: catalog, scopes: [browse], claims: [country], share: reuse }
          reporting:
            domain: shop
            audience: https://reporting.shop.example
            credentials: { jwks: {{parties.Reporting.Jwks}} }
            scopes: [browse]
            accepts:
              - { from: stock, scopes: [browse] }
          audit:
            domain: shop
            audience: https://audit.shop.example
            scopes: [browse]
            accepts:
              - { from: reporting, scopes: [browse] }

        """;
}
