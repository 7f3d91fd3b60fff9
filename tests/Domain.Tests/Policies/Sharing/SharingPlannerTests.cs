using System.Globalization;
using System.Text;
using ExchangeCluster.Domain.Policies.Sharing;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies.Sharing;

public sealed class SharingPlannerTests
{
    /// <summary>a gets logins; b is its upstream in the same domain; RULE is how c accepts b.</summary>
    private const string Services = """
        a: { domain: x, audience: https://a.example, scopes: [read, write] }
        b: { domain: x, audience: https://b.example, scopes: [read, write], accepts: [{ from: a, scopes: [read, write] }] BMORE }
        c: { domain: x, audience: https://c.example, scopes: [read, write, find], accepts: [RULE] CMORE }
        """;

    [Fact]
    public void Gives_every_edge_of_the_shop_one_outcome_and_a_reason()
    {
        var policy = PolicyTexts.Compile(PolicyTexts.Shop);

        Assert.Equal(
            [
                "orders -> catalog: reuse: catalog is in domain shop; a token that holds orders.place, country is exchanged",
                "orders -> geolocation: embed: geolocation asks for it",
                "orders -> credit-rating: exchange: credit-rating is outside domain shop",
            ],
            policy.Sharing.Of("orders").Select(edge => edge.ToString()));
        Assert.Equal("web -> orders: exchange: orders asks for it", Assert.Single(policy.Sharing.Of("web")).ToString());
        Assert.Empty(policy.Sharing.Of("catalog"));
        Assert.Equal(["https://catalog.shop.example"], policy.Sharing.Of("orders")[0].Closure);
        Assert.Equal("geolocation", Assert.Single(policy.Sharing.EmbedsOf("orders")));
    }

    [Theory]
    [InlineData("{ from: b, scopes: [read, write] }", "exchange: c does not ask for reuse")]
    [InlineData("{ from: b, scopes: [read] }", "exchange: reuse refused: c would receive write")]
    [InlineData("{ from: b, elevate: { find: write } }", "exchange: reuse refused: c would receive read, write")]
    [InlineData("{ from: b, scopes: [read, write], when: { scopes: [read] } }", "exchange: reuse refused: c sets conditions, which only an exchange checks")]
    [InlineData("{ from: b, scopes: [read, write], share: exchange }", "exchange: c asks for it")]
    [InlineData("{ from: b, grants: client-credentials, scopes: [read] }", "deny: no rule of c lets b exchange a token")]
    [InlineData("{ from: b, scopes: [read, write], share: reuse }", "reuse: c is in domain x")]
    [InlineData("{ from: b, scopes: [read], share: reuse }", "reuse: c is in domain x; a token that holds write is exchanged")]
    [InlineData("{ from: b, scopes: [read], share: embed }", "embed: c asks for it")]
    public void Explains(string rule, string expected) =>
        Assert.Equal($"b -> c: {expected}", Assert.Single(PolicyTexts.Compile(Text(rule)).Sharing.Of("b")).ToString());

    [Fact]
    public void Denies_a_service_that_may_not_exchange() => Assert.Equal(
        "b -> c: deny: b may not exchange tokens",
        Assert.Single(PolicyTexts.Compile(Text("{ from: b, scopes: [read], share: reuse }", b: ", grants: []")).Sharing.Of("b")).ToString());

    [Theory]
    [InlineData("{ from: b, elevate: { find: write }, share: reuse }", "c would receive read, write")]
    [InlineData("{ from: b, scopes: [read], elevate: { find: write }, share: reuse }", "c needs find, which only an exchange elevates")]
    [InlineData("{ from: b, scopes: [read], claims: { sub: pairwise }, share: reuse }", "c would receive the sub that is meant for b")]
    [InlineData("{ from: b, scopes: [read], claims: { k: { set: 1 } }, share: reuse }", "c needs the claim k, which only an exchange makes")]
    [InlineData("{ from: b, scopes: [read], when: { max_age: 5m }, share: reuse }", "c sets conditions, which only an exchange checks")]
    [InlineData("{ from: b, scopes: [read], when: { actor: required }, share: reuse }", "c sets conditions, which only an exchange checks")]
    [InlineData("{ from: b, scopes: [read], lifetime: 60s, share: reuse }", "c takes tokens of 60 s at most")]
    [InlineData("{ from: b, scopes: [read], share: reuse }", "c takes tokens of another token_format than b", "", ", token_format: opaque")]
    [InlineData("{ from: b, scopes: [read], share: reuse }", "c takes tokens of another signing_algorithm than b", "", ", signing_algorithm: RS256")]
    [InlineData("{ from: b, scopes: [read], share: reuse }", "c takes only tokens that are bound to a key of b", "", ", dpop: required")]
    public void Refuses_reuse_that_an_exchange_would_not_equal(string rule, string reason, string b = "", string c = "") =>
        RefusesAtShare(Text(rule, b, c), $"reuse refused: {reason}");

    [Fact]
    public void Refuses_reuse_where_every_token_has_a_claim_that_the_target_may_not_see() => RefusesAtShare(
        Text("{ from: b, scopes: [read, write], share: reuse }").Replace(
            "from: a, scopes: [read, write]", "from: a, scopes: [read, write], claims: { k: { set: 1 } }", StringComparison.Ordinal),
        "reuse refused: c would receive the claim k");

    [Theory]
    [InlineData("", ", token_format: opaque", "c gets opaque tokens, which are kept and not carried")]
    [InlineData("", ", dpop: required", "c takes only tokens that are bound to a key of b")]
    [InlineData(", token_format: opaque", "", "tokens for b are no JWTs that it reads")]
    public void Refuses_embedding_that_can_not_be(string b, string c, string reason) =>
        RefusesAtShare(Text("{ from: b, scopes: [read], share: embed }", b, c), $"embed refused: {reason}");

    [Fact]
    public void Refuses_rules_of_one_edge_that_differ_in_share() => Assert.Contains(
        "differ in share",
        Assert.Single(PolicyTexts.MistakesOf(Text("{ from: b, scopes: [read], share: embed }, { from: b, scopes: [read], when: { acr: gold } }"))),
        StringComparison.Ordinal);

    [Fact]
    public void Refuses_more_readers_of_one_token_than_an_audience_should_name()
    {
        var services = new StringBuilder("a: { domain: x, audience: https://a.example, scopes: [s] }\ns0: { domain: x, audience: https://s0.example, scopes: [s], accepts: [{ from: a, scopes: [s] }] }\n");
        for (var i = 1; i <= SharingPlan.MaxClosure + 1; i++)
        {
            services.Append(CultureInfo.InvariantCulture, $"s{i}: {{ domain: x, audience: https://s{i}.example, scopes: [s], accepts: [{{ from: s{i - 1}, scopes: [s], share: reuse }}] }}\n");
        }

        Assert.Contains("more than 8 services", Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of(services.ToString()))), StringComparison.Ordinal);
    }

    [Fact]
    public void Plans_a_hub_without_a_look_at_every_pair()
    {
        // One hub with callers and targets by the thousand: every caller's token meets every target.
        const int spokes = 10_000;
        var services = new StringBuilder("hub: { domain: x, audience: https://hub.example, scopes: [r, w], accepts: [{ from: [");
        services.AppendJoin(", ", Enumerable.Range(0, spokes).Select(i => $"in{i}")).Append("], scopes: [r, w] }] }\n");
        for (var i = 0; i < spokes; i++)
        {
            services.Append(CultureInfo.InvariantCulture, $"in{i}: {{ domain: x, audience: https://in{i}.example, scopes: [r, w] }}\n");
            services.Append(CultureInfo.InvariantCulture, $"out{i}: {{ domain: x, audience: https://out{i}.example, scopes: [r], accepts: [{{ from: hub, scopes: [r] }}] }}\n");
        }

        var policy = PolicyTexts.Compile(PolicyTexts.Of(services.ToString()));

        Assert.Equal(spokes, policy.Sharing.Of("hub").Length);
        Assert.All(policy.Sharing.Of("hub"), edge => Assert.Equal(SharingOutcome.Exchange, edge.Outcome));
    }

    private static string Text(string rule, string b = "", string c = "") => PolicyTexts.Of(Services
        .Replace("RULE", rule, StringComparison.Ordinal)
        .Replace("BMORE", b, StringComparison.Ordinal)
        .Replace("CMORE", c, StringComparison.Ordinal));

    private static void RefusesAtShare(string text, string reason)
    {
        var mistake = Assert.Single(PolicyTexts.MistakesOf(text));
        Assert.Contains(reason, mistake, StringComparison.Ordinal);

        // The place of the value of share.
        var lines = text.Split('\n');
        var line = Array.FindIndex(lines, one => one.Contains("share:", StringComparison.Ordinal));
        var column = lines[line].IndexOf("share: ", StringComparison.Ordinal) + "share: ".Length;
        Assert.StartsWith($"policy.yaml:{line + 1}:{column + 1}: ", mistake, StringComparison.Ordinal);
    }
}
