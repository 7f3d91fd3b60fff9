namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

internal static class GrantShopPolicy
{
    public static string Text(string issuer, ShopParties parties) => $$"""
        revision: 1
        issuer: {{issuer}}
        max_lifetime: 10m
        trusted_issuers:
          - { issuer: {{parties.Login.Issuer}}, jwks: {{parties.Login.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h }
          - issuer: {{parties.Partner.Issuer}}
            jwks: {{parties.Partner.Jwks}}
            audiences: [https://web.shop.example, web]
            max_lifetime: 1h
            grant_lifetime: 2m
            subject_prefix: "partner:"
          - issuer: {{parties.Idp.Issuer}}
            certificates: "{{parties.Idp.CertificatePem.ReplaceLineEndings("\\n")}}"
            audiences: https://web.shop.example
            max_lifetime: 1h
            subject_prefix: "idp:"
            saml: { scopes: [browse], attributes: { country: urn:country } }
        services:
          web:
            domain: shop
            audience: https://web.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("web")}}" }
            scopes: [browse, orders.place]
            authorization_details_types: [payment, account]
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
              - { from: web, grants: jwt-bearer, scopes: [browse], when: { issuer: {{parties.Partner.Issuer}} }, lifetime: 5m }
          gallery:
            domain: shop
            audience: https://gallery.shop.example
            scopes: [browse]
            accepts:
              - { from: web, scopes: [browse], claims: [country], when: { subject_type: saml2, acr: "urn:gold" } }
          concierge:
            domain: shop
            audience: https://concierge.shop.example
            scopes: [browse]
            accepts:
              - { from: web, scopes: [browse], when: { actor: { issuer: [{{parties.Idp.Issuer}}, {{parties.Partner.Issuer}}], type: [saml2, id_token] } } }
          counter:
            domain: shop
            audience: https://counter.shop.example
            scopes: [browse]
            accepts:
              - { from: web, scopes: [browse], when: { actor: { issuer: [{{parties.Idp.Issuer}}, {{parties.Partner.Issuer}}] } } }
          diary:
            domain: shop
            audience: https://diary.shop.example
            scopes: [browse]
            accepts:
              - { from: web, grants: jwt-bearer, scopes: [browse] }
          vault:
            domain: shop
            audience: https://vault.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("vault")}}" }
            scopes: [browse]
            token_format: opaque
            accepts:
              - { from: web, scopes: [browse] }
              - { from: web, grants: client-credentials, scopes: [browse] }
          shelf:
            domain: shop
            audience: https://shelf.shop.example
            scopes: [browse]
            accepts:
              - { from: vault, scopes: [browse] }
              - { from: web, scopes: [browse], refresh: { lifetime: 30d } }
          partner-as:
            domain: partners
            audience: https://as.partner.example
            scopes: [orders.place]
            token_format: authorization-grant
            accepts:
              - { from: web, scopes: [orders.place], claims: { sub: pairwise } }
          bank:
            domain: banks
            audience: https://bank.shop.example
            credentials: { secrets: "{{ShopParties.HashOf("bank")}}" }
            authorization_details_types: [payment]
            accepts:
              - { from: web, authorization_details: { type: payment, actions: [initiate, status] }, refresh: { lifetime: 1d } }
              - { from: web, grants: client-credentials, authorization_details: { type: payment, actions: status } }
          ledger:
            domain: banks
            audience: https://ledger.shop.example
            authorization_details_types: [payment]
            accepts:
              - { from: bank, authorization_details: { type: payment } }
          reports:
            domain: shop
            audience: https://reports.shop.example
            scopes: [browse]
            accepts:
              - { from: orders, scopes: [browse], when: { issuer: {{issuer}} } }
              - { from: catalog, grants: client-credentials, scopes: [browse] }

        """;
}
