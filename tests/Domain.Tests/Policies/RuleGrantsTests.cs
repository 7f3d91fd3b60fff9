using ExchangeCluster.Domain.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary>The <c>grants</c> of services and rules.</summary>
public sealed class RuleGrantsTests
{
    [Fact]
    public void Reads_exchange_as_the_default_of_a_rule_and_all_as_that_of_a_service()
    {
        var policy = PolicyTexts.Compile(PolicyTexts.Of("""
            a: { domain: x, audience: https://a.example, scopes: [s], grants: [client-credentials] }
            b: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: a, scopes: [s] }, { from: a, scopes: [s], grants: client-credentials }] }
            """));

        Assert.Equal(Grants.ClientCredentials, policy.Services["a"].Grants);
        Assert.Equal(Grants.All, policy.Services["b"].Grants);
        Assert.Equal([Grants.TokenExchange, Grants.ClientCredentials], policy.RulesOf("a", "b").Select(rule => rule.Grants));
    }

    [Theory]
    [InlineData("when: { scopes: [s] }", "'when' is about subject tokens")]
    [InlineData("elevate: { t: s }", "'elevate' is about subject tokens")]
    [InlineData("through: [a]", "'through' is about subject tokens")]
    [InlineData("share: embed", "'share' is about subject tokens")]
    public void Refuses_in_a_rule_for_own_tokens_what_needs_a_subject_token(string member, string mistake) => Assert.Contains(
        PolicyTexts.MistakesOf(Rule($"grants: client-credentials, {member}")),
        found => found.Contains(mistake, StringComparison.Ordinal));

    [Theory]
    [InlineData("grants: [client-credentials, token-exchange]", "expected a rule for each")]
    [InlineData("grants: []", "is empty")]
    [InlineData("grants: password", "expected token-exchange or client-credentials or jwt-bearer")]
    public void Refuses_grants_that_do_not_fit(string member, string mistake) =>
        Assert.Contains(mistake, Assert.Single(PolicyTexts.MistakesOf(Rule(member))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_another_grant_than_exchange_for_another_authorization_server()
    {
        var text = Rule("grants: [token-exchange, jwt-bearer]").Replace("audience: https://b.example", "audience: https://b.example, token_format: authorization-grant", StringComparison.Ordinal);

        Assert.Contains("'b' gets authorization grants", Assert.Single(PolicyTexts.MistakesOf(text)), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_another_authorization_server_without_an_issuer_identifier() => Assert.Contains(
        "not an issuer identifier",
        Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of("a: { domain: x, audience: 'urn:b', token_format: authorization-grant }"))),
        StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_longer_grant_lifetime_than_an_hour() => Assert.Contains(
        "grant_lifetime is too long",
        Assert.Single(PolicyTexts.MistakesOf(Rule("scopes: [s]").Replace("max_lifetime: 1h }", "max_lifetime: 1d, grant_lifetime: 61m }", StringComparison.Ordinal))),
        StringComparison.Ordinal);

    [Fact]
    public void Refuses_two_rules_for_own_tokens_of_one_client() => Assert.Contains(
        "has the same conditions",
        Assert.Single(PolicyTexts.MistakesOf(Rule("grants: client-credentials }, { from: a, grants: client-credentials"))),
        StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_never_statement_that_an_own_token_would_break() => Assert.Contains(
        "can come to hold a token with s",
        Assert.Single(PolicyTexts.MistakesOf(Rule("grants: client-credentials, scopes: [s]") + "\nnever: [{ service: b, scope: s }]")),
        StringComparison.Ordinal);

    private static string Rule(string members) => PolicyTexts.Of($$"""
        a: { domain: x, audience: https://a.example, scopes: [s] }
        b: { domain: x, audience: https://b.example, scopes: [s, t], accepts: [{ from: a, {{members}} }] }
        """);
}
