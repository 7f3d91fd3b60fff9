using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary>The <c>refresh</c> of a rule.</summary>
public sealed class RefreshTokenRuleTests
{
    [Fact]
    public void Gives_no_refresh_tokens_by_default()
    {
        var policy = PolicyTexts.Compile(Rule("scopes: [s]"));

        Assert.Null(Assert.Single(policy.RulesOf("a", "b")).RefreshLifetime);
        Assert.Equal(TimeSpan.FromHours(1), policy.LongestAcceptedLifetime);
    }

    [Fact]
    public void Keeps_cut_offs_last_as_long_as_the_longest_refresh_token()
    {
        var policy = PolicyTexts.Compile(Rule("scopes: [s], refresh: { lifetime: 30d }"));

        Assert.Equal(TimeSpan.FromDays(30), Assert.Single(policy.RulesOf("a", "b")).RefreshLifetime);
        Assert.Equal(TimeSpan.FromDays(30), policy.LongestAcceptedLifetime);
    }

    [Theory]
    [InlineData("refresh: { lifetime: 367d }", "", "expected at most 366d")]
    [InlineData("refresh: {}", "", "lifetime")]
    [InlineData("refresh: allowed", "", "refresh")]
    [InlineData("grants: client-credentials, refresh: { lifetime: 1d }", "", "expected a rule for token-exchange alone")]
    [InlineData("grants: [token-exchange, jwt-bearer], refresh: { lifetime: 1d }", "", "expected a rule for token-exchange alone")]
    [InlineData("refresh: { lifetime: 1d }", ", token_format: authorization-grant", "expected no refresh")]
    public void Refuses_what_does_not_fit(string member, string ofTarget, string mistake)
    {
        var text = Rule(member).Replace("audience: https://b.example", "audience: https://b.example" + ofTarget, StringComparison.Ordinal);

        Assert.Contains(PolicyTexts.MistakesOf(text), found => found.Contains(mistake, StringComparison.Ordinal));
    }

    private static string Rule(string member) => PolicyTexts.Of($$"""
        a: { domain: x, audience: https://a.example, scopes: [s] }
        b: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: a, {{member}} }] }
        """);
}
