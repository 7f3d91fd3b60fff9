using System.Globalization;
using System.Text.Json;
using CsCheck;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Tests.Decisions;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies.Sharing;

/// <summary>Over random policies and tokens: what is handed on grants no more than an exchange would have.</summary>
public sealed class ReusePropertyTests
{
    private static readonly string[] Scopes = ["s0", "s1", "s2"];

    private static readonly Gen<string> GenScopes = Gen.Frequency(
        (2, Gen.Const("[s0, s1, s2]")),
        (3, Gen.Int[0, 7].Select(bits => "[" + string.Join(", ", Scopes.Where((_, index) => (bits >> index & 1) == 1)) + "]")));

    private static readonly Gen<string> GenAccept = Gen.Select(
        Gen.Int[0, 4], GenScopes, Gen.Frequency((4, Gen.Const(", claims: [k]")), (2, Gen.Const("")), (1, Gen.Const(", claims: [k, l]"))),
        Gen.Frequency((9, Gen.Const("share: reuse")), (1, Gen.Const("lifetime: 60s")), (1, Gen.Const("claims: { k: { set: 1 } }")), (1, Gen.Const("elevate: { s2: s0 }"))),
        (from, scopes, claims, more) => string.Create(
            CultureInfo.InvariantCulture, $"{{ from: v{from}, scopes: {scopes}{(more.StartsWith("claims", StringComparison.Ordinal) ? "" : claims)}, {more} }}"));

    private static readonly Gen<string> GenPolicy = GenAccept.Array[0, 2].Array[5].Select(accepts => PolicyTexts.Of(
        "a: { domain: x, audience: https://a.example, scopes: [s0, s1, s2] }\n" + string.Concat(accepts.Select((rules, index) =>
        {
            var distinct = rules.Where(rule => !rule.StartsWith($"{{ from: v{index},", StringComparison.Ordinal)).DistinctBy(rule => rule[..10]);
            return $"v{index}: {{ domain: x, audience: https://v{index}.example, scopes: [s0, s1, s2], accepts: [{{ from: a, scopes: [s0, s1, s2], claims: [k] }}, {string.Join(", ", distinct)}] }}\n";
        }))));

    [Fact]
    public void What_is_handed_on_grants_no_more_than_an_exchange()
    {
        var handedOn = 0;
        Gen.Select(GenPolicy, Gen.Int[1, 7], Gen.Int[0, 4], Gen.Bool, Gen.Int[30, 1800]).Sample(
            (text, held, first, hasClaim, lifetime) =>
            {
                if (PolicyCompiler.Compile(text, "p").Snapshot is { } policy)
                {
                    var scope = string.Join(' ', Scopes.Where((_, index) => (held >> index & 1) == 1));
                    Check(policy, scope, hasClaim ? """{"k":1}""" : "{}", lifetime, $"v{first}", ref handedOn);
                }
            },
            iter: 1_500, threads: 1);
        Assert.True(handedOn > 200, $"Only {handedOn} tokens were handed on: the generator no longer reaches the promise.");
    }

    private static void Check(PolicySnapshot policy, string scope, string claims, int lifetime, string service, ref int handedOn)
    {
        var command = Subjects.Command("a", Exchanges.Login(scope, claims, lifetime), service);
        if (Decider.Decide(policy, command, Subjects.Now) is not { IsGranted: true, Token: { Reuses.IsEmpty: false } granted })
        {
            return;
        }

        var token = Exchanges.Read(policy, Exchanges.Mint(policy, command));
        Assert.Equal(granted.Audiences.Concat(granted.Reuses.Select(edge => edge.Audience)), token.Audiences);
        foreach (var edge in granted.Reuses)
        {
            handedOn++;
            var exchanged = Decider.Decide(policy, Subjects.Command(edge.Client, token, edge.Target), Subjects.Now).Token;
            Assert.Equal(policy.Services[edge.Client].Domain, policy.Services[edge.Target].Domain);
            Assert.Equal(token.Scope, exchanged.Scope);
            Assert.Equal(token.ExpiresAt, exchanged.ExpiresAt);
            Assert.Equal(token.Subject, exchanged.Subject);
            foreach (var (claim, value) in granted.Claims)
            {
                Assert.True(JsonElement.DeepEquals(value, exchanged.Claims.Single(other => other.Key == claim).Value));
            }
        }
    }
}
