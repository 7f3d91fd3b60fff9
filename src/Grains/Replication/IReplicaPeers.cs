namespace ExchangeCluster.Grains.Replication;

/// <summary>The other silos of the cluster, as a writer asks them.</summary>
public interface IReplicaPeers
{
    /// <summary>
    /// Waits until each of <paramref name="awaited"/> has said that it has pulled from the store since this call began, applied what
    /// came, and handed over every answer that it had checked before; or until <paramref name="patience"/> is over, when those that have not
    /// said so no longer answer.
    /// </summary>
    /// <param name="awaited">How they are registered in the store.</param>
    /// <param name="patience">At least the time after which a lease is over.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>How many have said so.</returns>
    Task<int> ConfirmAsync(IReadOnlySet<string> awaited, TimeSpan patience, CancellationToken cancellationToken);
}

/// <summary>Nobody can be asked: their leases run out.</summary>
internal sealed class SilentPeers(TimeProvider clock) : IReplicaPeers
{
    public async Task<int> ConfirmAsync(IReadOnlySet<string> awaited, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (awaited.Count > 0)
        {
            await Task.Delay(patience, clock, cancellationToken);
        }

        return 0;
    }
}
