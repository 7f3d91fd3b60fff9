namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>The shop's policy: the worked example of the documentation, plus services that provoke what it doesn't.</summary>
internal static class ShopPolicy
{
    /// <param name="issuer">Our issuer identifier.</param>
    /// <param name="loginKeys">The path of the login issuer's JWK Set.</param>
    /// <param name="parties">Whose keys and secrets it names.</param>
    public static string Text(string issuer, string loginKeys, ShopParties parties) => $$"""
        revision: 1
        issuer: {{issuer}}
        max_lifetime: 10m
        trusted_issuers:
          - issuer: {{parties.Login.Issuer}}
            jwks_file: {{loginKeys}}
            audiences: [https://web.shop.example, https://mobile.shop.example, https://reporting.shop.example, https://billing.shop.example, https://audit.shop.example]
            max_lifetime: 1h
          - issuer: {{parties.Partner.Issuer}}
            jwks: {{parties.Partner.Jwks}}
            audiences: https://web.shop.example
            max_lifetime: 1h
            subject_prefix: "partner:"
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
          reporting:
            domain: shop
            audience: https://reporting.shop.example
            credentials: { jwks: {{parties.Reporting.Jwks}} }
            scopes: [browse]
          billing:
            domain: shop
            audience: https://billing.shop.example
            credentials: { jwks: {{parties.Billing.Jwks}} }
            scopes: [browse]
          audit:
            domain: shop
            audience: https://audit.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("audit")}}" }
            scopes: [browse]
            grants: []
          orders:
            domain: shop
            audience: https://orders.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("orders")}}" }
            scopes: [browse, orders.place]
            accepts:
              - { from: [web, mobile], scopes: [browse, orders.place], claims: { country: pass } }
              - { from: catalog, scopes: [browse], claims: { country: pass } }
          catalog:
            domain: shop
            audience: https://catalog.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("catalog")}}" }
            scopes: [browse]
            accepts:
              - { from: [web, mobile, orders, reporting, billing], scopes: [browse], claims: { country: pass } }
          geolocation:
            domain: partners
            audience: https://geo.example
            scopes: [locate]
            accepts:
              - { from: orders, elevate: { locate: orders.place }, claims: { country: pass }, lifetime: 60s }
          credit-rating:
            domain: partners
            audience: https://api.credit.example
            scopes: [rating.read]
            accepts:
              - from: orders
                when: { claims: { country: [NO, SE] } }
                elevate: { rating.read: orders.place }
                claims: { sub: pairwise, partner_id: { set: shop-77 }, country: pass }
                lifetime: 60s
          diary:
            domain: shop
            audience: https://diary.shop.example
            scopes: [browse]
            accepts:
              - { from: [web, mobile], scopes: [browse], claims: { sub: pairwise } }
          vault:
            domain: shop
            audience: https://vault.shop.example
            scopes: [browse]
            accepts:
              - from: web
                when: { issuer: {{parties.Login.Issuer}}, claims: { acr: gold, azp: web } }
                scopes: [browse]
          partner-desk:
            domain: shop
            audience: https://partner-desk.shop.example
            scopes: [browse]
            accepts:
              - { from: web, when: { issuer: {{parties.Partner.Issuer}} }, scopes: [browse] }
          crossroads:
            domain: shop
            audience: https://crossroads.shop.example
            scopes: [browse]
            accepts:
              - { from: web, when: { claims: { country: NO } }, scopes: [browse] }
              - { from: web, when: { claims: { tier: gold } }, scopes: [browse] }
          ping:
            domain: shop
            audience: urn:shop:ping
            accepts:
              - { from: web, lifetime: 2s }
          legacy:
            domain: shop
            audience: https://legacy.shop.example/api?version=1
            scopes: [browse]
            signing_algorithm: RS256
            accepts:
              - { from: web, scopes: [browse] }
        never:
          - { service: geolocation, scope: orders.place }

        """;
}
