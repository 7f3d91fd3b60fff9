using System.Globalization;
using CsCheck;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>Promise 1 over random policies and random chains: rights never grow by themselves.</summary>
public sealed class ChainPropertyTests
{
    private static readonly string[] Scopes = ["s0", "s1", "s2", "s3"];

    private static readonly Gen<string> GenScopes = Gen.Int[0, 15].Select(bits =>
        "[" + string.Join(", ", Scopes.Where((_, index) => (bits >> index & 1) == 1)) + "]");

    private static readonly Gen<string> GenAccept = Gen.Select(
        Gen.Int[0, 4], GenScopes, Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[1, 300], Gen.Int[0, 2],
        (from, scopes, up, held, elevate, lifetime, actor) =>
            string.Create(CultureInfo.InvariantCulture, $"{{ from: v{from}, scopes: {scopes}, lifetime: {lifetime}s")
            + (elevate == 0 ? $", elevate: {{ s{up}: s{held} }}" : "") + (elevate == 1 ? ", claims: { sub: pairwise }" : "")
            + (actor == 0 ? "" : $", when: {{ actor: {(actor == 1 ? "allowed" : "required")} }}") + " }");

    private static readonly Gen<string> GenPolicy = Gen.Select(GenAccept.Array[1, 3].Array[5], accepts =>
        "revision: 1\nissuer: https://sts.example\ntrusted_issuers: [{ issuer: https://login.example, audiences: [https://v0.example], max_lifetime: 1h }]\nservices:\n"
        + string.Concat(accepts.Select((rules, index) =>
            $"  v{index}: {{ domain: x, audience: https://v{index}.example, scopes: [s0, s1, s2, s3], accepts: [{string.Join(", ", rules.Where(rule => !rule.StartsWith($"{{ from: v{index},", StringComparison.Ordinal)).DistinctBy(rule => rule[..10]))}] }}\n")));

    [Fact]
    public void Rights_never_grow_over_random_chains_of_random_rules()
    {
        var (exchanges, delegations) = (0, 0);
        Gen.Select(GenPolicy, Gen.Int[1, 15], Gen.Int[0, 4].Array[8], Gen.Int[30, 3600]).Sample(
            (text, held, walk, lifetime) =>
            {
                if (PolicyCompiler.Compile(text, "p").Snapshot is { } policy)
                {
                    Walk(policy, held, walk, lifetime, ref exchanges, ref delegations);
                }
            },
            iter: 5_000, threads: 1);
        Assert.True(exchanges > 1_000, $"Only {exchanges} exchanges were granted: the generator no longer reaches the promise.");
        Assert.True(delegations > 200, $"Only {delegations} of them had an actor.");
    }

    private static void Walk(PolicySnapshot policy, int held, int[] walk, int lifetime, ref int exchanges, ref int delegations)
    {
        var scope = string.Join(' ', Scopes.Where((_, index) => (held >> index & 1) == 1));
        var token = Subjects.Foreign("https://v0.example", scope, claims: """{"act":{"sub":"svc"}}""", lifetimeSeconds: lifetime);
        var at = "v0";
        foreach (var next in walk.Select(index => $"v{index}"))
        {
            var command = Subjects.Command(at, token, next, actor: Subjects.Service(at, lifetimeSeconds: 200));
            if (Decider.Decide(policy, command, Subjects.Now) is not { IsGranted: true, Token: var granted })
            {
                command = command with { Actor = null };
                if (Decider.Decide(policy, command, Subjects.Now) is not { IsGranted: true, Token: var impersonated })
                {
                    continue;
                }

                granted = impersonated;
            }

            exchanges++;
            var rule = Assert.Single(policy.RulesOf(at, next));
            foreach (var issued in granted.Scope.Values)
            {
                var passed = rule.Scopes.Contains(issued) && token.Scope.Contains(issued);
                Assert.True(passed || IsNamedElevation(rule, token, issued), $"{issued} came from nowhere in {rule.Name}.");
                Assert.Equal(!passed || Elevated(token, issued), granted.Elevations.Any(elevation => elevation.Scope == issued));
            }

            Assert.True(granted.ExpiresAt <= token.ExpiresAt);
            Assert.True(granted.ExpiresAt <= Subjects.Now + rule.Lifetime);
            delegations += command.Actor is null ? 0 : 1;
            Assert.True(command.Actor is null || granted.ExpiresAt <= command.Actor.ExpiresAt);
            AssertChain(token, command.Actor, granted);
            if (token.Subject == "pseudonym")
            {
                Assert.NotEqual("alice", granted.Subject);
            }

            (token, at) = (Subjects.After(command, granted), next);
        }
    }

    /// <summary>Who acts stands around who acted before; nobody is lost, and nobody comes in without an actor token.</summary>
    private static void AssertChain(ValidatedToken subject, ValidatedToken? actor, Decision.Granted granted)
    {
        var act = granted.Claims.Single(claim => claim.Key == "act").Value;
        var earlier = subject.Claims.GetProperty("act").GetRawText();
        if (actor is not null)
        {
            Assert.Equal(actor.Subject, act.GetProperty("sub").GetString());
            act = act.GetProperty("act");
        }

        Assert.Equal(earlier, act.GetRawText());
    }

    private static bool IsNamedElevation(AcceptRule rule, ValidatedToken token, string scope) =>
        rule.Elevate.TryGetValue(scope, out var held) && token.Scope.Contains(held) && !Elevated(token, held);

    private static bool Elevated(ValidatedToken token, string scope) =>
        token.Lineage?.Elevations.Any(elevation => elevation.Scope == scope) == true;
}
