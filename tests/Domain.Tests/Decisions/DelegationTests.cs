using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>Actor tokens: who may act, what <c>act</c> says of it, and what is remembered.</summary>
public sealed class DelegationTests
{
    private const string A = "https://a.example";
    private const string Partner = "https://partner.example";

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile("""
        revision: 1
        issuer: https://sts.example
        max_actor_depth: 3
        trusted_issuers:
          - { issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }
          - { issuer: https://partner.example, audiences: [https://a.example], max_lifetime: 1h, subject_prefix: "partner:" }
        services:
          a: { domain: x, audience: https://a.example, scopes: [read] }
          silent: { domain: x, audience: https://silent.example, scopes: [read], accepts: [{ from: a, scopes: [read] }] }
          free: { domain: x, audience: https://free.example, scopes: [read], accepts: [{ from: [a, strict], scopes: [read], when: { actor: allowed } }] }
          strict: { domain: x, audience: https://strict.example, scopes: [read], accepts: [{ from: a, scopes: [read], lifetime: 5m, when: { actor: required } }] }
          named: { domain: x, audience: https://named.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { actor: { services: [strict], issuer: https://login.example, subjects: [bob], claims: { role: support } } } }] }
          both:
            domain: x
            audience: https://both.example
            scopes: [read]
            accepts:
              - { from: a, scopes: [read] }
              - { from: a, scopes: [read], when: { actor: required }, claims: { delegated: { set: true } } }
          hidden: { domain: x, audience: https://hidden.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { actor: allowed }, claims: { sub: pairwise } }] }
        """);

    [Fact]
    public void Refuses_an_actor_where_the_rule_says_nothing_of_actors() =>
        Refuses(RefusalReason.ActorNotAllowed, "silent", Alice(), Subjects.Service("a"));

    [Fact]
    public void Fault_Z15_Refuses_impersonation_where_the_rule_requires_an_actor() =>
        Refuses(RefusalReason.ActorMissing, "strict", Alice(), actor: null);

    [Fact]
    public void Decides_between_impersonation_and_delegation_by_rule()
    {
        Assert.Empty(Granted("both", Alice(), actor: null).Claims);
        Assert.Equal(["act", "delegated"], Granted("both", Alice(), Subjects.Service("a")).Claims.Select(claim => claim.Key));
        Assert.Empty(Granted("free", Alice(), actor: null).Claims);
    }

    [Fact]
    public void Conformance_63_Decides_by_top_level_claims_and_the_current_actor_alone()
    {
        foreach (var target in new[] { "silent", "free", "strict", "named", "both" })
        {
            foreach (var actor in new[] { null, Subjects.Service("a") })
            {
                var plain = Decide(target, Subjects.Foreign(A, "read", claims: """{"act":{"sub":"x"}}"""), actor);
                var nested = Decide(target, Subjects.Foreign(A, "read", claims: """{"act":{"sub":"x","act":{"sub":"strict","client_id":"strict"}}}"""), actor);

                Assert.Equal(plain.Refusal, nested.Refusal);
                if (plain.IsGranted)
                {
                    Assert.Equal(plain.Token.Rules, nested.Token.Rules);
                    Assert.Equal(plain.Token.Scope, nested.Token.Scope);
                    Assert.Equal(plain.Token.ExpiresAt, nested.Token.ExpiresAt);
                }
            }
        }
    }

    [Fact]
    public void Conformance_60_Names_a_service_of_ours_by_sub_alone() =>
        Assert.Equal("""{"sub":"a"}""", Act(Granted("free", Alice(), Subjects.Service("a"))));

    [Fact]
    public void Conformance_60_Names_a_foreign_actor_by_sub_and_iss()
    {
        var granted = Granted("free", Alice("""{"may_act":{"sub":"bob"}}"""), Person("bob"));

        Assert.Equal("""{"iss":"https://login.example","sub":"bob"}""", Act(granted));
    }

    [Fact]
    public void Conformance_61_Nests_the_earlier_act_in_the_new_one()
    {
        var subject = Alice("""{"act":{"sub":"first","exp":1,"act":{"iss":"i","sub":"zeroth"}}}""");

        Assert.Equal("""{"sub":"a","act":{"sub":"first","act":{"iss":"i","sub":"zeroth"}}}""", Act(Granted("free", subject, Subjects.Service("a"))));
    }

    [Theory]
    [InlineData("""{"act":{"sub":"1","act":{"sub":"2"}}}""", true, null)]
    [InlineData("""{"act":{"sub":"1","act":{"sub":"2","act":{"sub":"3"}}}}""", false, null)]
    [InlineData("""{"act":{"sub":"1","act":{"sub":"2","act":{"sub":"3"}}}}""", true, RefusalReason.ActorChainTooDeep)]
    [InlineData("""{"act":{"sub":"1","act":{"sub":"2","act":{"sub":"3","act":{"sub":"4"}}}}}""", false, RefusalReason.ActorChainTooDeep)]
    public void Conformance_69_Refuses_more_actors_than_the_policy_allows(string claims, bool acts, RefusalReason? reason)
    {
        var decision = Decide("free", Alice(claims), acts ? Subjects.Service("a") : null);
        Assert.Equal(reason, decision.Refusal?.Reason);
    }

    [Fact]
    public void Refuses_an_actor_token_that_has_an_actor_itself() =>
        Refuses(RefusalReason.ActorTokenRefused, "free", Alice("""{"may_act":{"sub":"bob"}}"""), Person("bob", """{"act":{"sub":"c"}}"""));

    [Fact]
    public void Refuses_an_actor_token_that_the_client_may_not_present()
    {
        Refuses(RefusalReason.ClientNotEntitledToActorToken, "free", Alice(), Subjects.Service("strict"));
        Refuses(RefusalReason.ClientNotEntitledToActorToken, "free", Alice(), Subjects.Foreign("https://b.example", "read", subject: "bob"));
        Refuses(RefusalReason.ClientNotEntitledToActorToken, "free", Alice(), Person("bob", """{"may_act":{"sub":"other"}}"""));
    }

    [Fact]
    public void Fault_Z11_Refuses_an_actor_that_has_nothing_to_do_with_the_subject()
    {
        Refuses(RefusalReason.ActorNotAllowed, "free", Alice(), Person("bob"));
        Refuses(RefusalReason.ActorNotNamedByMayAct, "free", Alice("""{"may_act":{"sub":"carol"}}"""), Person("bob"));
        Refuses(RefusalReason.ActorNotNamedByMayAct, "named", Alice("""{"may_act":{"sub":"carol"}}"""), Person("bob", """{"role":"support"}"""));
        Granted("named", Alice(), Person("bob", """{"role":"support"}"""));
        Granted("free", Alice("""{"may_act":{"sub":"bob"}}"""), Person("bob"));
        Granted("free", Alice(), Person("alice"));
    }

    [Fact]
    public void Fault_Z12_Takes_the_same_sub_of_another_issuer_for_somebody_else()
    {
        Refuses(RefusalReason.ActorNotAllowed, "named", Alice(), Person("bob", """{"role":"support"}""", Partner));
        Refuses(RefusalReason.ActorNotAllowed, "free", Alice(), Person("alice", issuer: Partner));
        Refuses(RefusalReason.ActorNotAllowed, "free", Alice(), Person("a"));
        Refuses(RefusalReason.ActorNotNamedByMayAct, "free", Alice("""{"may_act":{"sub":"bob"}}"""), Person("bob", issuer: Partner));
        Refuses(
            RefusalReason.ActorNotNamedByMayAct, "free",
            Alice("""{"may_act":{"sub":"bob","iss":"https://login.example"}}"""), Person("bob", issuer: Partner));
        Granted("free", Alice("""{"may_act":{"sub":"bob","iss":"https://partner.example"}}"""), Person("bob", issuer: Partner));
    }

    [Fact]
    public void Conformance_65_Compares_every_member_of_may_act_with_the_actor()
    {
        var bob = Person("bob", clientId: "desk");
        Granted("free", Alice("""{"may_act":{"sub":"bob","client_id":"desk"}}"""), bob);
        Granted("free", Alice("""{"may_act":{"client_id":"a"}}"""), Subjects.Service("a"));
        Refuses(RefusalReason.ActorNotNamedByMayAct, "free", Alice("""{"may_act":{"sub":"bob","client_id":"other"}}"""), bob);
        Refuses(RefusalReason.ActorNotNamedByMayAct, "free", Alice("""{"may_act":{"client_id":"desk"}}"""), bob);
        Refuses(RefusalReason.ActorNotNamedByMayAct, "free", Alice("""{"may_act":{"sub":"bob","email":"b@x"}}"""), bob);
        Refuses(RefusalReason.ActorNotNamedByMayAct, "free", Alice("""{"may_act":{"sub":"a"}}"""), bob);
    }

    [Theory]
    [InlineData("bob", """{"role":"support"}""", true)]
    [InlineData("bob", """{"role":"sales"}""", false)]
    [InlineData("bob", "{}", false)]
    [InlineData("carol", """{"role":"support"}""", false)]
    public void Admits_only_the_actors_that_the_rule_names(string actor, string claims, bool admits) =>
        Assert.Equal(admits, Decide("named", Alice(), Person(actor, claims)).IsGranted);

    [Fact]
    public void Admits_a_service_only_in_its_own_name()
    {
        var presented = Subjects.After(Subjects.Command("strict", Subjects.Service("strict"), "a"), Granted("free", Alice(), null), audiences: [A]);

        Granted("named", Alice(), presented);
        Refuses(RefusalReason.ActorNotAllowed, "named", Alice(), Subjects.Service("a"));
    }

    [Fact]
    public void Conformance_62_Never_lets_a_prior_actor_decide()
    {
        Refuses(RefusalReason.ActorNotAllowed, "named", Alice("""{"act":{"sub":"strict","iss":"https://sts.example"}}"""), Subjects.Service("a"));
        Refuses(RefusalReason.ActorMissing, "strict", Alice("""{"act":{"sub":"a"}}"""), actor: null);
    }

    [Fact]
    public void Caps_the_life_at_the_actor_token() =>
        Assert.Equal(Subjects.Now.AddSeconds(20), Granted("strict", Alice(), Subjects.Service("a", lifetimeSeconds: 20)).ExpiresAt);

    [Fact]
    public void Refuses_to_tell_by_act_whom_a_pseudonym_hides() =>
        Refuses(RefusalReason.ActorNotAllowed, "hidden", Alice(), Person("alice"));

    [Fact]
    public void Fault_X14_Refuses_more_ancestors_than_a_lineage_holds()
    {
        var actor = Subjects.Service("a");
        var grown = new ValidatedToken
        {
            TokenType = actor.TokenType,
            Issuer = actor.Issuer,
            Subject = actor.Subject,
            Audiences = actor.Audiences,
            ClientId = actor.ClientId,
            Scope = actor.Scope,
            ExpiresAt = actor.ExpiresAt,
            IssuedAt = actor.IssuedAt,
            Handle = actor.Handle,
            Root = actor.Root,
            Lineage = new Lineage
            {
                Root = actor.Root,
                Ancestors = [.. Enumerable.Range(100, Lineage.MaxAncestors - 1).Select(handle => new TokenHandle((ulong)handle))],
                Hops = actor.Lineage!.Hops,
                Elevations = [],
                PolicyRevision = 1,
                RevocationIncarnation = Guid.Empty,
                RevocationEpoch = 0,
            },
            Claims = actor.Claims,
        };

        Refuses(RefusalReason.SubjectTokenChainTooLong, "free", Alice(), grown);
    }

    private static ValidatedToken Alice(string claims = "{}") => Subjects.Foreign(A, "read", claims: claims);

    private static ValidatedToken Person(string name, string claims = "{}", string issuer = "https://login.example", string? clientId = null) =>
        Subjects.Foreign(A, "read", issuer, name, claims, clientId, handle: 2);

    private static string Act(Decision.Granted granted) => Assert.Single(granted.Claims, claim => claim.Key == "act").Value.GetRawText();

    private static Decision Decide(string target, ValidatedToken subject, ValidatedToken? actor) =>
        Decider.Decide(Policy, Subjects.Command("a", subject, target, actor: actor), Subjects.Now);

    private static Decision.Granted Granted(string target, ValidatedToken subject, ValidatedToken? actor) =>
        Decide(target, subject, actor).Token;

    private static void Refuses(RefusalReason reason, string target, ValidatedToken subject, ValidatedToken? actor) =>
        Assert.Equal(reason, Decide(target, subject, actor).Refusal!.Reason);
}
