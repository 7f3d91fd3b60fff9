using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.Tests.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>Tokens bound to a key: what is issued for one is bound as well.</summary>
public sealed class BindingTests
{
    private const string A = "https://a.example";

    private static readonly string?[] Keys = [null, new('1', 43), new('2', 43)];

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile("""
        revision: 1
        issuer: https://sts.example
        trusted_issuers:
          - { issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }
        services:
          a: { domain: x, audience: https://a.example, scopes: [read] }
          plain: { domain: x, audience: https://plain.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { actor: { presence: allowed, issuer: "https://login.example" } } }] }
          moved: { domain: x, audience: https://moved.example, scopes: [read], accepts: [{ from: a, scopes: [read], rebind: allowed }] }
          strict: { domain: x, audience: https://strict.example, scopes: [read], dpop: required, accepts: [{ from: a, scopes: [read] }] }
        """);

    [Fact]
    public void Fault_Z26_Issues_for_a_bound_subject_only_with_its_key_or_where_the_rule_lets_it_move()
    {
        foreach (var target in new[] { "plain", "moved", "strict", "moved plain" })
        {
            foreach (var subject in Keys)
            {
                foreach (var proved in Keys)
                {
                    var moves = target == "moved" && proved is not null;
                    var expected = (subject is null || subject == proved || moves) && (target != "strict" || proved is not null);

                    Assert.Equal(expected, Decide(target, subject, proved) is Decision.Granted);
                }
            }
        }
    }

    [Fact]
    public void Fault_T31_Refuses_a_bound_subject_without_proof() => Assert.Equal(
        RefusalReason.SubjectTokenBound, Assert.IsType<Decision.Refused>(Decide("moved", Keys[1], null)).Refusal.Reason);

    [Fact]
    public void Refuses_an_unbound_token_for_a_target_that_requires_proof() => Assert.Equal(
        RefusalReason.DpopProofMissing, Assert.IsType<Decision.Refused>(Decide("strict", null, null)).Refusal.Reason);

    [Fact]
    public void Refuses_a_bound_actor_without_its_key()
    {
        var actor = Subjects.Foreign(A, "read", subject: "bob", claims: Cnf(Keys[1]), handle: 2);

        Assert.Equal(
            RefusalReason.ActorTokenRefused,
            Assert.IsType<Decision.Refused>(Decider.Decide(Policy, Command("plain", null, Keys[2], actor), Subjects.Now)).Refusal.Reason);
        Assert.IsType<Decision.Granted>(Decider.Decide(Policy, Command("plain", null, Keys[1], actor), Subjects.Now));
    }

    private static Decision Decide(string target, string? subject, string? proved) =>
        Decider.Decide(Policy, Command(target, subject, proved), Subjects.Now);

    private static ExchangeCommand Command(
        string target, string? subject, string? proved, Domain.SubjectTokens.ValidatedToken? actor = null) => new()
        {
            Client = "a",
            Subject = Subjects.Foreign(A, "read", claims: Cnf(subject)),
            Actor = actor,
            Confirmation = proved is null ? null : new Confirmation(proved),
            Targets = [.. target.Split(' ')],
            RequestedScope = null,
            RequestedTokenType = Protocol.TokenTypeIdentifiers.AccessToken,
        };

    private static string Cnf(string? thumbprint) => thumbprint is null ? "{}" : $$$"""{"cnf":{"jkt":"{{{thumbprint}}}"}}""";
}
