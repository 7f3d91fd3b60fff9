using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

public sealed class DeciderTests
{
    private const string A = "https://a.example";

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile("""
        revision: 1
        issuer: https://sts.example
        trusted_issuers:
          - { issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }
          - { issuer: https://partner.example, audiences: [https://a.example], max_lifetime: 1h, subject_prefix: "partner:" }
        services:
          a: { domain: x, audience: https://a.example, scopes: [read, write, Read] }
          b: { domain: x, audience: https://b.example, scopes: [read, write, admin], accepts: [{ from: a, scopes: [read, write], claims: [country], lifetime: 60s }] }
          c: { domain: x, audience: https://c.example, scopes: [read], accepts: [{ from: [a, b], scopes: [read], claims: [country] }] }
          narrow: { domain: y, audience: https://narrow.example, scopes: [locate], accepts: [{ from: a, elevate: { locate: write }, claims: { sub: pairwise } }] }
          after: { domain: y, audience: https://after.example, scopes: [locate], accepts: [{ from: narrow, scopes: [locate] }] }
          picky:
            domain: x
            audience: https://picky.example
            scopes: [read]
            accepts:
              - { from: a, scopes: [read], when: { claims: { country: [NO, SE], vip: { present: true } } } }
              - { from: a, scopes: [read], when: { issuer: https://partner.example } }
          bare: { domain: x, audience: https://bare.example, accepts: [{ from: a, claims: { tier: { set: gold }, land: { from: country } } }] }
        """);

    [Fact]
    public void Grants_what_subject_client_and_rule_all_hold()
    {
        var granted = Granted("a", Subjects.Foreign(A, "read write admin", claims: """{"country":"NO","email":"x"}"""), "b");

        Assert.Equal("read write", granted.Scope.Text);
        Assert.Equal(["https://b.example"], granted.Audiences);
        Assert.Equal("alice", granted.Subject);
        Assert.Equal(Subjects.Now.AddSeconds(60), granted.ExpiresAt);
        Assert.Equal("country", Assert.Single(granted.Claims).Key);
        Assert.Empty(granted.Elevations);
    }

    [Fact]
    public void Refuses_a_subject_that_has_the_name_of_a_service() =>
        Refuses(RefusalReason.SubjectTokenSubjectRefused, "a", Subjects.Foreign(A, "read", subject: "b"), "c");

    [Fact]
    public void Conformance_60_Hands_act_on_without_validity_claims_at_any_depth()
    {
        var subject = Subjects.Foreign(A, "read", claims: """{"act":{"sub":"x","exp":1,"act":{"iss":"i","sub":"y","nbf":1,"aud":["a"]}}}""");

        Assert.Equal("""{"sub":"x","act":{"iss":"i","sub":"y"}}""", Granted("a", subject, "c").Claims[0].Value.GetRawText());
    }

    [Fact]
    public void Fault_Z1_Refuses_a_target_that_does_not_accept_the_client() =>
        Refuses(RefusalReason.TargetNotAllowed, "a", Subjects.Foreign(A, "read"), "after");

    [Fact]
    public void Fault_Z2_Refuses_all_targets_when_one_is_forbidden() =>
        Refuses(RefusalReason.TargetNotAllowed, "a", Subjects.Foreign(A, "read"), "after b");

    [Theory]
    [InlineData("admin")]
    [InlineData("read admin")]
    [InlineData("write")]
    public void Fault_Z4_Refuses_scope_beyond_subject_or_rule(string scope) =>
        Refuses(RefusalReason.ScopeNotGranted, "a", Subjects.Foreign(A, "read admin"), "b", scope);

    [Theory]
    [InlineData("READ")]
    [InlineData("rea")]
    [InlineData("read.all")]
    [InlineData("*")]
    public void Fault_Z5_Refuses_scope_that_only_resembles_a_granted_one(string scope) =>
        Refuses(RefusalReason.ScopeNotGranted, "a", Subjects.Foreign(A, "read"), "b", scope);

    [Fact]
    public void Fault_Z7_Refuses_a_token_for_another_service() =>
        Refuses(RefusalReason.ClientNotEntitledToSubjectToken, "a", Subjects.Foreign("https://other.example", "read"), "b");

    [Fact]
    public void Accepts_a_token_issued_to_the_client() =>
        Granted("a", Subjects.Foreign("https://other.example", "read", clientId: "a"), "b");

    [Fact]
    public void Fault_Z10_Caps_the_life_at_the_subject_token() =>
        Assert.Equal(Subjects.Now.AddSeconds(30), Granted("a", Subjects.Foreign(A, "read", lifetimeSeconds: 30), "b").ExpiresAt);

    [Fact]
    public void Refuses_when_the_subject_holds_nothing_the_rule_grants() =>
        Refuses(RefusalReason.NothingGranted, "a", Subjects.Foreign(A, "browse"), "b");

    [Fact]
    public void Grants_a_token_without_scope_where_the_rule_offers_none()
    {
        var granted = Granted("a", Subjects.Foreign(A, "read", claims: """{"country":"NO"}"""), "bare");

        Assert.True(granted.Scope.IsEmpty);
        Assert.Equal(["land=NO", "tier=gold"], granted.Claims.Select(claim => $"{claim.Key}={claim.Value}"));
    }

    [Fact]
    public void Grants_an_elevation_to_the_holder_of_the_right_and_says_so()
    {
        var granted = Granted("a", Subjects.Foreign(A, "write"), "narrow");

        Assert.Equal("locate", granted.Scope.Text);
        Assert.Equal("narrow", Assert.Single(granted.Elevations).By);
        Assert.Null(granted.Subject);
        Refuses(RefusalReason.NothingGranted, "a", Subjects.Foreign(A, "read"), "narrow");
    }

    [Fact]
    public void Refuses_an_elevation_that_rests_on_one_whose_path_the_rule_does_not_name()
    {
        var first = Subjects.Command("a", Subjects.Foreign(A, "write"), "narrow");
        var held = Decider.Decide(Policy, first, Subjects.Now).Token with { Scope = ScopeSet.Of("write") };

        Granted("a", Subjects.After(first, held with { Elevations = [] }, audiences: [A]), "narrow");
        Refuses(
            RefusalReason.NothingGranted,
            "a",
            Subjects.After(first, held with { Elevations = [new Elevation("write", "b")] }, audiences: [A]),
            "narrow");
    }

    [Fact]
    public void Keeps_a_pseudonym_and_an_elevation_along_the_chain()
    {
        var first = Subjects.Command("a", Subjects.Foreign(A, "write"), "narrow");
        var granted = Granted("narrow", Subjects.After(first, Decider.Decide(Policy, first, Subjects.Now).Token), "after");

        Assert.Equal("pseudonym", granted.Subject);
        Assert.Equal("narrow", Assert.Single(granted.Elevations).By);
    }

    [Fact]
    public void Grants_at_several_targets_only_what_is_valid_at_each()
    {
        Assert.Equal("read", Granted("a", Subjects.Foreign(A, "read write"), "b c").Scope.Text);
        Refuses(RefusalReason.ScopeNotGranted, "a", Subjects.Foreign(A, "read write"), "b c", "write");
        Refuses(RefusalReason.TargetsDoNotCombine, "a", Subjects.Foreign(A, "read write"), "b narrow");
        Refuses(RefusalReason.TargetsDoNotCombine, "a", Subjects.Foreign(A, "read write"), "b bare");
    }

    [Theory]
    [InlineData("""{"country":"NO","vip":false}""", true)]
    [InlineData("""{"country":["DE","SE"],"vip":1}""", true)]
    [InlineData("""{"country":"NO"}""", false)]
    [InlineData("""{"country":"NO","vip":null}""", false)]
    [InlineData("""{"country":"no","vip":1}""", false)]
    [InlineData("""{"country":["DE"],"vip":1}""", false)]
    public void Fault_Z6_Decides_by_the_conditions_on_claims(string claims, bool grants)
    {
        var decision = Decider.Decide(Policy, Subjects.Command("a", Subjects.Foreign(A, "read", claims: claims), "picky"), Subjects.Now);
        Assert.Equal(grants ? null : RefusalReason.ConditionsNotMet, decision.Refusal?.Reason);
    }

    [Fact]
    public void Fault_Z28_Refuses_when_several_rules_match() => Refuses(
        RefusalReason.AmbiguousRules,
        "a",
        Subjects.Foreign(A, "read", issuer: "https://partner.example", claims: """{"country":"NO","vip":1}"""),
        "picky");

    [Fact]
    public void Fault_Z12_Keeps_the_same_sub_of_two_issuers_apart()
    {
        Assert.Equal("alice", Granted("a", Subjects.Foreign(A, "read"), "b").Subject);
        Assert.Equal("partner:alice", Granted("a", Subjects.Foreign(A, "read", issuer: "https://partner.example"), "b").Subject);
        Refuses(RefusalReason.SubjectTokenSubjectRefused, "a", Subjects.Foreign(A, "read", subject: "partner:alice"), "b");
    }

    [Theory]
    [InlineData("""{"may_act":{"sub":"a"}}""", null)]
    [InlineData("""{"may_act":{"client_id":"a","iss":"https://sts.example"}}""", null)]
    [InlineData("""{"may_act":{"sub":"b"}}""", RefusalReason.ClientNotNamedByMayAct)]
    [InlineData("""{"may_act":{"sub":"a","iss":"https://other.example"}}""", RefusalReason.ClientNotNamedByMayAct)]
    [InlineData("""{"may_act":{"sub":"b","client_id":"a"}}""", RefusalReason.ClientNotNamedByMayAct)]
    [InlineData("""{"may_act":{"sub":"a","email":"a@x"}}""", RefusalReason.ClientNotNamedByMayAct)]
    [InlineData("""{"may_act":{"iss":"https://sts.example"}}""", RefusalReason.ClientNotNamedByMayAct)]
    [InlineData("""{"may_act":{}}""", RefusalReason.ClientNotNamedByMayAct)]
    [InlineData("""{"may_act":"a"}""", RefusalReason.SubjectTokenClaimsRefused)]
    [InlineData("""{"may_act":["a"]}""", RefusalReason.SubjectTokenClaimsRefused)]
    [InlineData("""{"may_act":null}""", RefusalReason.SubjectTokenClaimsRefused)]
    [InlineData("""{"may_act":{"sub":["a"]}}""", RefusalReason.SubjectTokenClaimsRefused)]
    public void Fault_T29_Fault_Z13_Compares_every_member_of_may_act(string claims, RefusalReason? reason)
    {
        var decision = Decider.Decide(Policy, Subjects.Command("a", Subjects.Foreign(A, "read", claims: claims), "b"), Subjects.Now);
        Assert.Equal(reason, decision.Refusal?.Reason);
        Assert.DoesNotContain(decision.IsGranted ? decision.Token.Claims : [], claim => claim.Key == "may_act");
    }

    [Theory]
    [InlineData("b", 31, null)]
    [InlineData("b c", 30, null)]
    [InlineData("b", 32, RefusalReason.SubjectTokenChainTooLong)]
    [InlineData("b c", 31, RefusalReason.SubjectTokenChainTooLong)]
    public void Fault_X14_Refuses_a_chain_that_would_grow_too_long(string targets, int hops, RefusalReason? reason)
    {
        var first = Subjects.Command("a", Subjects.Foreign(A, "read"), "b");
        var grown = Subjects.After(first, Granted("a", Subjects.Foreign(A, "read"), "b"), [.. Enumerable.Repeat(new Hop("a", "b"), hops)], [A]);
        var decision = Decider.Decide(Policy, Subjects.Command("a", grown, targets), Subjects.Now);
        Assert.Equal(reason, decision.Refusal?.Reason);
    }

    [Fact]
    public void Keeps_act_when_nobody_new_acts()
    {
        var granted = Granted("a", Subjects.Foreign(A, "read", claims: """{"act":{"sub":"svc"}}"""), "b");
        Assert.Equal("""{"sub":"svc"}""", Assert.Single(granted.Claims, claim => claim.Key == "act").Value.GetRawText());
    }

    private static Decision.Granted Granted(string client, ValidatedToken subject, string targets) =>
        Decider.Decide(Policy, Subjects.Command(client, subject, targets), Subjects.Now).Token;

    private static void Refuses(RefusalReason reason, string client, ValidatedToken subject, string targets, string? scope = null)
    {
        var decision = Decider.Decide(Policy, Subjects.Command(client, subject, targets, scope), Subjects.Now);
        Assert.Equal(reason, decision.Refusal!.Reason);
    }
}
