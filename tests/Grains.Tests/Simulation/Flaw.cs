using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>Ways to break the protocol on purpose: the simulation must find each.</summary>
internal enum Flaw
{
    None,

    /// <summary>A writer takes a silo that doesn't answer for dead, and doesn't wait until its lease is over.</summary>
    NoLease,

    /// <summary>A writer takes it that everybody has followed.</summary>
    AnswersUnread,

    /// <summary>The lease counts from the reply of a confirmation instead of from its sending.</summary>
    LeaseFromReply,
}

/// <summary>The state under a lease that begins too late: see <see cref="Flaw.LeaseFromReply"/>.</summary>
internal sealed class LeaseFromReply(IClusterState state, SimStore store, TimeProvider clock) : IClusterState
{
    private ClusterSnapshot? last;

    public ClusterSnapshot? Current
    {
        get
        {
            last = state.Current ?? last;
            return clock.GetElapsedTime(store.LastConfirmed) < new ReplicationOptions().Fence ? last : null;
        }
    }

    public IReadOnlyList<string> NotReadyReasons => state.NotReadyReasons;

    public bool IsCurrent(StateVersions versions) => Current?.Versions == versions;

    public Task CatchUpAsync(CancellationToken cancellationToken) => state.CatchUpAsync(cancellationToken);
}
