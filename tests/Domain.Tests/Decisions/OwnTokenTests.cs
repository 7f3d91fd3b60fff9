using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>A client's own token (RFC 6749 section 4.4), and where a chain that began with one may go.</summary>
public sealed class OwnTokenTests
{
    private static readonly ClusterSecret Secret = new(new byte[ClusterSecret.Size]);

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile("""
        revision: 1
        issuer: https://sts.example
        trusted_issuers:
          - { issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }
        services:
          a: { domain: x, audience: https://a.example, scopes: [read, write] }
          b:
            domain: x
            audience: https://b.example
            scopes: [read, admin]
            accepts:
              - { from: a, grants: client-credentials, scopes: [read], claims: { tier: { set: gold } }, lifetime: 60s }
              - { from: [a, c], scopes: [read] }
          c:
            domain: x
            audience: https://c.example
            scopes: [read]
            accepts: [{ from: [a, b], scopes: [read] }]
          d:
            domain: x
            audience: https://d.example
            scopes: [read]
            accepts: [{ from: b, scopes: [read], when: { issuer: https://sts.example } }]
          e: { domain: x, audience: https://e.example, accepts: [{ from: a, grants: [client-credentials], claims: { sub: pairwise } }] }
        """);

    [Fact]
    public void Grants_the_client_itself_what_its_own_rule_says()
    {
        var granted = Decide(Own("a", "b")).Token;

        Assert.Equal("a", granted.Subject);
        Assert.Equal("read", granted.Scope.Text);
        Assert.Equal(["https://b.example"], granted.Audiences);
        Assert.Equal(["b/accepts[0]"], granted.Rules);
        Assert.Equal(Subjects.Now.AddSeconds(60), granted.ExpiresAt);
        Assert.Equal("tier", Assert.Single(granted.Claims).Key);
        Assert.Empty(granted.Elevations);
    }

    [Fact]
    public void Hides_the_client_behind_a_pseudonym_where_the_rule_says_so() =>
        Assert.Null(Decide(Own("a", "e")).Token.Subject);

    [Fact]
    public void Refuses_a_target_whose_rules_are_for_exchange_only() => Refuses(RefusalReason.TargetNotAllowed, Own("a", "c"));

    [Fact]
    public void Refuses_an_exchange_where_only_an_own_token_is_allowed() =>
        Refuses(RefusalReason.TargetNotAllowed, Subjects.Command("a", Subjects.Foreign("https://a.example", "read"), "e"));

    [Theory]
    [InlineData("write")]
    [InlineData("admin")]
    [InlineData("read write")]
    public void Refuses_scope_that_the_rule_does_not_grant(string scope) => Refuses(RefusalReason.ScopeNotGranted, Own("a", "b", scope));

    [Fact]
    public void Refuses_to_carry_an_own_token_on_where_no_rule_names_our_issuer()
    {
        var command = Own("a", "b");
        var own = Subjects.After(command, Decide(command).Token);

        // Neither by its target nor by its client, which is entitled to it as well.
        Refuses(RefusalReason.ConditionsNotMet, Subjects.Command("b", own, "c"));
        Refuses(RefusalReason.ConditionsNotMet, Subjects.Command("a", own, "c"));
        var onwards = Decide(Subjects.Command("b", own, "d")).Token;
        Assert.Equal("a", onwards.Subject);
    }

    [Fact]
    public void Refuses_a_subject_of_a_trusted_issuer_where_the_rule_names_ours() => Refuses(
        RefusalReason.ConditionsNotMet, Subjects.Command("b", Subjects.Foreign("https://b.example", "read"), "d"));

    private static ExchangeCommand Own(string client, string target, string? scope = null) => new()
    {
        Client = client,
        Grant = Grants.ClientCredentials,
        Subject = ClientSubject.Of(Policy.Services[client], Policy, Secret),
        Targets = [target],
        RequestedScope = scope is null ? null : ScopeSet.Of(scope.Split(' ')),
        RequestedTokenType = TokenTypeIdentifiers.AccessToken,
    };

    private static Decision Decide(ExchangeCommand command) => Decider.Decide(Policy, command, Subjects.Now);

    private static void Refuses(RefusalReason reason, ExchangeCommand command) =>
        Assert.Equal(reason, Decide(command).Refusal!.Reason);
}
