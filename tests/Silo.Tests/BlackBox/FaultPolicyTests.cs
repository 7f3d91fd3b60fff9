using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Group Z of the fault catalogue, third part: policies that must not load, each on a silo of its own. Two rules that
/// both match are in <see cref="FaultAuthorizationTests"/>.
/// </summary>
public sealed class FaultPolicyTests
{
    private static readonly string[] ReservedClaims =
    [
        "iss", "exp", "nbf", "iat", "aud", "act", "cnf", "jti", "client_id", "scope",
    ];

    private readonly ShopParties parties = new();

    [Fact]
    public async Task Fault_Z27_Refuses_to_start_with_a_policy_that_sets_reserved_claims()
    {
        var settings = string.Join(", ", ReservedClaims.Append("sub").Select(claim => $"{claim}: {{ set: forged }}"));

        var refused = await Assert.ThrowsAsync<StartupRefusedException>(() => StartAsync(issuer => $$"""
            revision: 1
            issuer: {{issuer}}
            services:
              a: { domain: shop, audience: "urn:a", scopes: [browse] }
              b:
                domain: shop
                audience: "urn:b"
                scopes: [browse]
                accepts: [{ from: a, scopes: [browse], claims: { {{settings}} } }]
            """));

        // Every mistake at once, each with its place.
        Assert.Equal(ExitCodes.WrongSettings, refused.ExitCode);
        Assert.Equal(ReservedClaims.Length + 1, refused.Reasons.Count);
        Assert.All(ReservedClaims, claim => Assert.Contains(refused.Reasons, reason => reason.Contains($"'{claim}'", StringComparison.Ordinal)));
        Assert.All(refused.Reasons, reason => Assert.Matches(@"policy\.yaml:\d+:\d+: ", reason));
    }

    [Fact]
    public async Task Fault_Z27_Refuses_to_start_with_a_policy_that_copies_act_or_cnf_under_another_name()
    {
        var refused = await Assert.ThrowsAsync<StartupRefusedException>(() => StartAsync(issuer => $$"""
            revision: 1
            issuer: {{issuer}}
            services:
              a: { domain: shop, audience: "urn:a", scopes: [browse] }
              b:
                domain: shop
                audience: "urn:b"
                scopes: [browse]
                accepts: [{ from: a, scopes: [browse], claims: { x: { from: act }, y: { from: cnf } } }]
            """));

        Assert.Equal(2, refused.Reasons.Count);
    }

    [Fact]
    public async Task Fault_Z28_Exchanges_nothing_under_an_empty_policy_nor_without_rules()
    {
        await using var silo = await StartAsync(issuer => $$"""
            revision: 1
            issuer: {{issuer}}
            """);
        using var client = new TokenClient(silo.PublicUrl);
        var form = OrdersForm();
        (await client.SendAsync(form)).AssertRefused(ErrorCodes.InvalidClient);

        await silo.PublishAsync(ShopWithoutRules(silo, revision: 2));
        (await client.SendAsync(form)).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Fault_Z28_Keeps_the_last_good_policy_over_broken_reloads_and_says_so()
    {
        await using var silo = await StartAsync(issuer => ShopPolicy.Text(issuer, $"jwks: {parties.Login.Jwks}", parties));
        using var client = new TokenClient(silo.PublicUrl);
        var form = OrdersForm();
        (await client.SendAsync(form)).AssertIssued();

        await silo.PublishAsync("revision: 2\nissuer: [not, closed");
        await silo.PublishAsync("revision: 3\nissuer: http://partner.example\nservices: { web: { domian: shop } }");
        (await client.SendAsync(form)).AssertIssued();
        Assert.Contains(silo.Log.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal) && line.Contains("last good policy stays", StringComparison.Ordinal));
        Assert.Contains(silo.Log.Lines, line => line.Contains("policy.yaml:3:", StringComparison.Ordinal));

        // An equal revision with other bytes is no newer policy either; a higher one takes effect at once.
        await silo.PublishAsync(ShopWithoutRules(silo, revision: 1));
        (await client.SendAsync(form)).AssertIssued();
        await silo.PublishAsync(ShopWithoutRules(silo, revision: 4));
        (await client.SendAsync(form)).AssertRefused(ErrorCodes.InvalidTarget);
    }

    private static Task<SiloFixture> StartAsync(Func<string, string> policy) =>
        SiloFixture.StartAsync(policy, TestContext.Current.CancellationToken);

    private TokenForm OrdersForm()
    {
        var form = TokenForm.Exchange(parties.SubjectToken());
        form.UseBasic("web", ShopParties.SecretOf("web"));
        form.Add(ParameterNames.Audience, "orders");
        return form;
    }

    private string ShopWithoutRules(SiloFixture silo, int revision) => $$"""
        revision: {{revision}}
        issuer: {{silo.PublicUrl.GetLeftPart(UriPartial.Authority)}}
        trusted_issuers:
          - { issuer: {{parties.Login.Issuer}}, jwks: {{parties.Login.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h }
        services:
          web: { domain: shop, audience: https://web.shop.example, scopes: [browse], credentials: { secrets: "{{ShopParties.HashOf("web")}}" } }
          orders: { domain: shop, audience: https://orders.shop.example, scopes: [browse] }
        """;
}
