using CsCheck;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Revocations;

/// <summary>
/// Over random chains: whatever a token descends from, revoking that covers it, and revoking anything else does not.
/// </summary>
public sealed class RevocationPropertyTests
{
    private static readonly string[] Services = ["s0", "s1", "s2", "s3"];

    private static readonly Gen<(int Client, int Target)[]> Walks = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3]).Array[1, 6];

    [Fact]
    public void Covers_every_descendant_and_nothing_unrelated() =>
        Gen.Select(Walks, Walks, Gen.Bool, Gen.Bool).Sample(
            (walk, otherWalk, sameSubject, block) =>
            {
                var chain = Chain(Chains.Foreign("alice", "s-1", handle: 7), walk);
                var others = Chain(
                    Chains.Foreign(sameSubject ? "alice" : "bob", "s-2", sameSubject ? "https://login.shop.example" : "https://login.partner.example", 8),
                    otherWalk);
                foreach (var (target, belongs) in Targets(chain).Concat(Targets(others)))
                {
                    var snapshot = Chains.Snapshot(Chains.Entry(target, epoch: 1_000, block));
                    foreach (var token in chain.Concat(others))
                    {
                        Assert.Equal(belongs(token), snapshot.Covers(token));
                    }
                }
            },
            iter: 200);

    [Fact]
    public void Covers_exactly_what_was_minted_under_an_earlier_epoch() =>
        Gen.Select(Gen.Long[0, 50], Gen.Long[1, 50]).Sample(
            (minted, revoked) =>
            {
                var token = Chains.Exchange(Chains.Foreign(), "web", "orders", minted);
                RevocationTarget[] targets =
                [
                    RevocationTarget.All, RevocationTarget.Client("web"), RevocationTarget.Edge("web", "orders"),
                    RevocationTarget.Issuer("https://login.shop.example"), RevocationTarget.Subject("https://login.shop.example", "alice", Chains.Secret),
                    RevocationTarget.Session("https://login.shop.example", "s-1", Chains.Secret),
                ];
                foreach (var target in targets)
                {
                    Assert.Equal(minted < revoked, Chains.Snapshot(Chains.Entry(target, revoked)).Covers(token));
                    Assert.True(Chains.Snapshot(Chains.Entry(target, revoked, isBlock: true)).Covers(token));
                }
            },
            iter: 200);

    private static List<ValidatedToken> Chain(ValidatedToken root, (int Client, int Target)[] walk)
    {
        var chain = new List<ValidatedToken> { root };
        foreach (var (client, target) in walk)
        {
            chain.Add(Chains.Exchange(chain[^1], Services[client], Services[target], epoch: chain.Count));
        }

        return chain;
    }

    /// <summary>Everything that can be revoked of a chain, and which tokens belong to it, told without reading a lineage's handles.</summary>
    private static IEnumerable<(RevocationTarget Target, Func<ValidatedToken, bool> Belongs)> Targets(List<ValidatedToken> chain)
    {
        var root = chain[0].Root;
        for (var index = 0; index < chain.Count; index++)
        {
            var descendants = chain[index..];
            yield return (RevocationTarget.Token(chain[index].Handle), descendants.Contains);
        }

        yield return (RevocationTarget.Subject(root.Issuer, root.Subject, Chains.Secret), token => (token.Root.Issuer, token.Root.Subject) == (root.Issuer, root.Subject));
        yield return (RevocationTarget.Session(root.Issuer, root.Session!, Chains.Secret), token => token.Root.Session == root.Session);
        yield return (RevocationTarget.Issuer(root.Issuer), token => token.Root.Issuer == root.Issuer);
        yield return (RevocationTarget.All, _ => true);
        foreach (var hop in chain[^1].Lineage!.Hops)
        {
            yield return (RevocationTarget.Client(hop.Client), token => token.Lineage?.Hops.Any(other => other.Client == hop.Client) == true);
            yield return (RevocationTarget.Edge(hop.Client, hop.Target), token => token.Lineage?.Hops.Contains(hop) == true);
        }
    }
}
