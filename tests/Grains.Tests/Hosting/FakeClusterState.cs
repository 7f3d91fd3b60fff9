using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>The replicated state of one silo, as a test wants it.</summary>
internal sealed class FakeClusterState(ClusterSnapshot initial) : IClusterState
{
    private int catchUps;

    public ClusterSnapshot? Current { get; set; } = initial;

    /// <summary>What a catch-up brings; null: nothing new.</summary>
    public ClusterSnapshot? Newest { get; set; }

    /// <summary>What a catch-up meets instead.</summary>
    public Exception? StoreFailure { get; set; }

    /// <summary>Runs before each final check, as if the state moved under the request.</summary>
    public Action? BeforeFinalCheck { get; set; }

    public int CatchUps => catchUps;

    public IReadOnlyList<string> NotReadyReasons => Current is null ? ["The test took the state away."] : [];

    public bool IsCurrent(StateVersions versions)
    {
        BeforeFinalCheck?.Invoke();
        return Current?.Versions == versions;
    }

    public Task CatchUpAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref catchUps);
        if (StoreFailure is not null)
        {
            throw StoreFailure;
        }

        Current = Newest ?? Current;
        return Task.CompletedTask;
    }

    public void Reset(ClusterSnapshot snapshot)
    {
        (Current, Newest, StoreFailure, BeforeFinalCheck) = (snapshot, null, null, null);
        catchUps = 0;
    }

    /// <summary>The same state one policy epoch later.</summary>
    public ClusterSnapshot NextEpoch() => Current!.With(Current!.Versions with { Policy = Current.Versions.Policy + 1 });
}

internal static class ClusterSnapshots
{
    public static ClusterSnapshot With(this ClusterSnapshot snapshot, StateVersions versions, RevocationSnapshot? revocations = null) => new()
    {
        Versions = versions,
        Policy = snapshot.Policy,
        KeyRing = snapshot.KeyRing,
        IssuerKeys = snapshot.IssuerKeys,
        ClientKeys = snapshot.ClientKeys,
        Revocations = revocations ?? snapshot.Revocations,
    };
}
