using System.Globalization;
using System.Text.Json;
using CsCheck;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Decisions;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.Domain.Tests.Policies.Sharing;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Embedding;

/// <summary>Over random policies, meshes with cycles among them, and tokens: what is embedded grants what an exchange would have, and no more.</summary>
public sealed class EmbeddingPropertyTests
{
    private static readonly string[] Scopes = ["s0", "s1", "s2"];

    private static readonly Gen<string> GenAccept = Gen.Select(
        Gen.Int[0, 4],
        Gen.Int[0, 7],
        Gen.Frequency((4, Gen.Const(", claims: [k]")), (2, Gen.Const("")), (1, Gen.Const(", claims: { sub: pairwise, k: pass }")), (1, Gen.Const(", claims: { k: { set: 1 } }"))),
        Gen.Frequency((4, Gen.Const("")), (2, Gen.Const(", lifetime: 60s")), (1, Gen.Const(", elevate: { up: s0 }")), (1, Gen.Const(", when: { claims: { k: 1 } }"))),
        Gen.Frequency((8, Gen.Const("embed")), (1, Gen.Const("exchange"))),
        (from, scopes, claims, more, share) => string.Create(
            CultureInfo.InvariantCulture, $"{{ from: v{from}, scopes: {Listed(scopes)}{claims}{more}, share: {share} }}"));

    private static readonly Gen<string> GenPolicy = Gen.Select(GenAccept.Array[0, 3].Array[5], Gen.Int[0, EmbeddingLimits.MaxDepth], Gen.Int[2048, 16384], (accepts, depth, size) => PolicyTexts.Of(
        "a: { domain: x, audience: https://a.example, scopes: [s0, s1, s2] }\n" + string.Concat(accepts.Select((rules, index) =>
        {
            var distinct = rules.Where(rule => !rule.StartsWith($"{{ from: v{index},", StringComparison.Ordinal)).DistinctBy(rule => rule[..10]);
            return $"v{index}: {{ domain: d{index}, audience: https://v{index}.example, scopes: [s0, s1, s2, up], accepts: [{{ from: a, scopes: [s0, s1, s2], claims: [k] }}, {string.Join(", ", distinct)}] }}\n";
        })),
        string.Create(CultureInfo.InvariantCulture, $"embedding: {{ depth: {depth}, max_bytes: {size} }}")));

    [Fact]
    public void What_is_embedded_grants_what_an_exchange_would_and_no_more()
    {
        var (embedded, deepest) = (0, 0);
        Gen.Select(GenPolicy, Gen.Int[1, 7], Gen.Int[0, 4], Gen.Bool, Gen.Int[30, 1800]).Sample(
            (text, held, first, hasClaim, lifetime) =>
            {
                if (PolicyCompiler.Compile(text, "p").Snapshot is { } policy)
                {
                    var scope = string.Join(' ', Scopes.Where((_, index) => (held >> index & 1) == 1));
                    var token = Mint(policy, Exchanges.Login(scope, hasClaim ? """{"k":1}""" : "{}", lifetime), $"v{first}");
                    var depth = Check(policy, $"v{first}", token, ref embedded);
                    Assert.InRange(depth, 0, policy.Embedding.Depth);
                    deepest = Math.Max(deepest, depth);
                }
            },
            iter: 800, threads: 1);
        Assert.True(embedded > 100, $"Only {embedded} tokens were embedded: the generator no longer reaches the promise.");
        Assert.Equal(EmbeddingLimits.MaxDepth, deepest);
    }

    private static SensitiveText Mint(PolicySnapshot policy, ValidatedToken login, string target)
    {
        var command = Subjects.Command("a", login, target);
        var granted = Decider.Decide(policy, command, Subjects.Now).Token;
        var revocations = new RevocationBuilder().ToSnapshot(Exchanges.Incarnation);
        return new TokenEmbedder(policy, revocations, Exchanges.Ring, Exchanges.ContextOf(policy), Subjects.Now).Mint(granted, command).Token.Token;
    }

    /// <returns>How many levels of tokens there are within this one.</returns>
    private static int Check(PolicySnapshot policy, string holder, SensitiveText carrier, ref int embedded)
    {
        if (!Exchanges.ClaimsOf(carrier.Reveal()).TryGetProperty(EmbeddedTokens.ClaimName, out var entries))
        {
            return 0;
        }

        var presented = Exchanges.Read(policy, carrier);
        var depth = 0;
        foreach (var entry in entries.EnumerateObject())
        {
            embedded++;
            var text = new SensitiveText(entry.Value.GetProperty(EmbeddedTokens.TokenMember).GetString()!);
            var leaf = Exchanges.Read(policy, text);
            var exchanged = Exchanges.Exchange(policy, holder, presented, entry.Name);
            Assert.Equal(policy.Services[entry.Name].Audience, Assert.Single(leaf.Audiences));
            Assert.True(leaf.ExpiresAt <= presented.ExpiresAt);
            Assert.True(JsonElement.DeepEquals(WithoutId(exchanged.Claims), WithoutId(leaf.Claims)), $"{leaf.Claims} embedded, {exchanged.Claims} exchanged");
            Assert.Equal(exchanged.Lineage!.Elevations, leaf.Lineage!.Elevations);
            Assert.Equal(exchanged.Lineage.Hops, leaf.Lineage.Hops);
            Assert.Contains(presented.Handle, leaf.Lineage.Ancestors);
            depth = Math.Max(depth, 1 + Check(policy, entry.Name, text, ref embedded));
        }

        return depth;
    }

    private static JsonElement WithoutId(JsonElement claims) => JsonSerializer.SerializeToElement(
        claims.EnumerateObject().Where(claim => claim.Name != "jti").ToDictionary(claim => claim.Name, claim => claim.Value));

    private static string Listed(int bits) => "[" + string.Join(", ", Scopes.Where((_, index) => (bits >> index & 1) == 1)) + "]";
}
