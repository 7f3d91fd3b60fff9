using Microsoft.Extensions.Options;

namespace ExchangeCluster.Grains.Replication;

/// <summary>Whom a writer waits for after its append, before it says that what it wrote holds.</summary>
internal sealed class Followers(Replica replica, HandOvers handOvers, IReplicaPeers peers, IOptions<ReplicationOptions> options, TimeProvider clock)
{
    /// <summary>
    /// Waits until answers of this silo that were checked before are handed over, and every other silo that was registered at the append has
    /// applied it and said the same of itself, or has lost its lease since.
    /// </summary>
    /// <returns>How many silos have said so, this one included, and how many can't answer any more.</returns>
    /// <exception cref="TimeoutException">An answer of this silo is not handed over.</exception>
    public async Task<(int Confirmed, int Fenced)> FollowAsync(AppendResult appended, CancellationToken cancellationToken)
    {
        var others = appended.Silos.Where(silo => silo != replica.Silo).ToHashSet(StringComparer.Ordinal);
        var asked = peers.ConfirmAsync(others, options.Value.LeaseIsOverAfter, cancellationToken);
        await handOvers.DrainAsync().WaitAsync(options.Value.LeaseIsOverAfter, clock, cancellationToken);
        var confirmed = await asked;
        return (1 + confirmed, others.Count - confirmed);
    }
}
