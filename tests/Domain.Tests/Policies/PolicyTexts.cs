using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Tests.Policies;

internal static class PolicyTexts
{
    public const string SecretHash = "hmac-sha256:J1mQePW9UAE593cLezh0Lw:IQZgWkvcdpLwK5yMmr0cmip1cG8ZXJp8smRw_DZJ7yU";

    /// <summary>The worked example.</summary>
    public const string Shop = $$"""
        revision: 12
        issuer: https://sts.shop.example
        trusted_issuers:
          - issuer: https://login.shop.example        # keys by discovery
            audiences: [https://web.shop.example]
            max_lifetime: 1h
        services:
          web: { domain: shop, audience: https://web.shop.example, credentials: { secrets: {{SecretHash}} }, scopes: [browse, orders.place] }
          orders:
            domain: shop
            audience: https://orders.shop.example
            credentials: { secrets: [{{SecretHash}}] }
            scopes: [browse, orders.place]
            accepts:
              - { from: web, scopes: [browse, orders.place], claims: [country], share: exchange }
          catalog:
            domain: shop
            audience: https://catalog.shop.example
            scopes: [browse]
            accepts:
              - { from: orders, scopes: [browse], share: reuse }
          geolocation:
            domain: partners
            audience: https://geo.example
            scopes: [locate]
            accepts:
              - { from: orders, elevate: { locate: orders.place }, claims: [country], lifetime: 60s, share: embed }
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
        never:
          - { service: geolocation, scope: orders.place }
        """;

    public static PolicySnapshot Compile(string text)
    {
        var compilation = PolicyCompiler.Compile(text, "policy.yaml");
        Xunit.Assert.Empty(compilation.Mistakes);
        return compilation.Snapshot!;
    }

    public static IReadOnlyList<string> MistakesOf(string text)
    {
        var compilation = PolicyCompiler.Compile(text, "policy.yaml");
        Xunit.Assert.Equal(compilation.Snapshot is null, compilation.Mistakes.Length != 0);
        return compilation.Mistakes;
    }

    /// <summary>Services a, b, c … in one domain with the given members; a trusted issuer without keys of its own.</summary>
    public static string Of(string services, string rest = "") => $$"""
        revision: 1
        issuer: https://sts.example
        trusted_issuers:
          - { issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }
        {{rest}}
        services:
        {{string.Join('\n', services.Split('\n').Select(line => "  " + line))}}
        """;
}
