namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A chain of three services, one beside it, one that only validates tokens, and the management API as a service.</summary>
internal static class RevocationShopPolicy
{
    public static string Text(string issuer, ShopParties parties, int revision = 1, string? dropped = null, string? catalogFromOrders = null)
    {
        var text = $$"""
            revision: {{revision}}
            issuer: {{issuer}}
            max_lifetime: 10m
            trusted_issuers:
              - issuer: {{parties.Login.Issuer}}
                jwks: {{parties.Login.Jwks}}
                audiences: [https://web.shop.example, https://mobile.shop.example]
                max_lifetime: 1h
              - issuer: {{parties.Partner.Issuer}}
                jwks: {{parties.Partner.Jwks}}
                audiences: https://web.shop.example
                max_lifetime: 1h
                subject_prefix: "partner:"
            services:
              sts:
                domain: shop
                audience: {{issuer}}
                scopes: [exchange.admin, exchange.look]
                accepts:
                  - { from: web, scopes: [exchange.admin, exchange.look] }
              web:
                domain: shop
                audience: https://web.shop.example
                credentials: { secrets: "{{ShopParties.HashOf("web")}}" }
                scopes: [browse, orders.place, exchange.admin, exchange.look]
              mobile:
                domain: shop
                audience: https://mobile.shop.example
                credentials: { secrets: "{{ShopParties.HashOf("mobile")}}" }
                scopes: [browse, orders.place]
              auditor:
                domain: shop
                audience: https://auditor.shop.example
                credentials: { secrets: "{{ShopParties.HashOf("auditor")}}" }
                scopes: [browse]
                grants: []
                accepts:
                  - { from: web, scopes: [browse], claims: { country: pass, active: { set: no }, token_type: { set: other } } }
              orders:
                domain: shop
                audience: https://orders.shop.example
                credentials: { secrets: "{{ShopParties.HashOf("orders")}}" }
                scopes: [browse, orders.place]
                accepts:
                  - { from: [web, mobile], scopes: [browse, orders.place], claims: { country: pass } }
              catalog:
                domain: shop
                audience: https://catalog.shop.example
                credentials: { secrets: "{{ShopParties.HashOf("catalog")}}" }
                scopes: [browse]
                accepts:
                  - { from: orders, scopes: [browse]{{catalogFromOrders}} }
              stock:
                domain: shop
                audience: https://stock.shop.example
                scopes: [browse]
                accepts:
                  - { from: catalog, scopes: [browse] }
              vault:
                domain: shop
                audience: https://vault.shop.example
                credentials: { secrets: "{{ShopParties.HashOf("vault")}}" }
                scopes: [browse]
                token_format: opaque
                accepts:
                  - { from: web, scopes: [browse], refresh: { lifetime: 1h } }
            """;
        return dropped is null ? text : text.Replace(dropped, "", StringComparison.Ordinal);
    }
}
