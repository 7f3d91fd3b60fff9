using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Grains.Tests.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Keys;

/// <summary>
/// Resource servers that fetch the JWK Set of each silo and keep it for its max-age, and the keys that each silo signs with: every
/// server must know them, and every silo must know them for as long as a token lives.
/// </summary>
internal sealed class KeysSeen(Cluster cluster, IReadOnlyList<TestSilo> silos)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<(DateTimeOffset At, string[] KeyIds)> fetched = [];
    private readonly Dictionary<string, DateTimeOffset> signedLast = new(StringComparer.Ordinal);

    /// <summary>How many keys have signed so far.</summary>
    public int Signed => signedLast.Count;

    public async Task LookAsync()
    {
        var now = cluster.Clock.GetUtcNow();
        foreach (var silo in silos)
        {
            await silo.CatchUpAsync();
            var ring = silo.State.Current!.KeyRing;
            fetched.Add((now, [.. ring.Keys.Select(key => key.KeyId)]));
            foreach (var keyId in KeyRing.Algorithms.Select(algorithm => ring.SigningKeyFor(algorithm, now).KeyId))
            {
                signedLast[keyId] = now;
                Assert.All(fetched.Where(set => now - set.At <= KeySchedule.JwksMaxAge), set => Assert.Contains(keyId, set.KeyIds));
            }

            var alive = signedLast.Where(key => now - key.Value <= new KeyRotationSettings().LongestTokenLifetime);
            Assert.All(alive, key => Assert.True(ring.TryFindVerificationKey(key.Key, out _)));
        }
    }

    /// <summary>Until the rotation of some silo has made what signs after the current keys, and all know it.</summary>
    public async Task AwaitNextKeysAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await HaveNextKeysAsync())
        {
            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }

    private async Task<bool> HaveNextKeysAsync()
    {
        await Task.WhenAll(silos.Select(silo => silo.CatchUpAsync()));
        var now = cluster.Clock.GetUtcNow();
        return silos.All(silo => KeyRing.Algorithms.All(
            algorithm => silo.State.Current!.KeyRing.Keys.Any(key => key.Algorithm == algorithm && key.SignsFrom > now)));
    }
}
