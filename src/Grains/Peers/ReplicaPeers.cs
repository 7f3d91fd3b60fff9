using ExchangeCluster.Grains.Replication;
using Orleans.Runtime.Services;

namespace ExchangeCluster.Grains.Peers;

/// <summary>Asks every active silo directly, again and again until all that are awaited have answered.</summary>
internal sealed class ReplicaPeers(IServiceProvider services, ISiloStatusOracle silos, TimeProvider clock)
    : GrainServiceClient<IReplicaGrainService>(services), IReplicaPeers
{
    /// <summary>A silo that was not to be reached may be now: one that joins is registered before it is active.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task<int> ConfirmAsync(IReadOnlySet<string> awaited, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (awaited.Count == 0)
        {
            return 0;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var leasesAreOver = Task.Delay(patience, clock, over.Token);
        var missing = awaited.ToHashSet(StringComparer.Ordinal);
        var asked = new Dictionary<SiloAddress, Task<string?>>();
        var answered = new HashSet<SiloAddress>();
        while (missing.Count > 0 && !leasesAreOver.IsCompleted)
        {
            foreach (var silo in Others().Where(silo => !asked.ContainsKey(silo) && !answered.Contains(silo)))
            {
                asked[silo] = AskAsync(silo);
            }

            await Task.WhenAny([leasesAreOver, .. asked.Values.DefaultIfEmpty(PauseAsync(over.Token))]);
            foreach (var (silo, answer) in asked.Where(pair => pair.Value.IsCompleted).ToList())
            {
                asked.Remove(silo);
                if (await answer is { } id)
                {
                    missing.Remove(id);
                    answered.Add(silo);
                }
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        await over.CancelAsync();
        return awaited.Count - missing.Count;
    }

    private IEnumerable<SiloAddress> Others() =>
        silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(silos.SiloAddress));

    /// <summary>Null after a pause when there is no answer, so that it may be asked once more.</summary>
    private async Task<string?> AskAsync(SiloAddress silo)
    {
        try
        {
            if (await GetGrainService(silo).ConfirmAsync() is { } id)
            {
                return id;
            }
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // It is dead, or not there yet.
        }

        return await PauseAsync(CancellationToken.None);
    }

    private async Task<string?> PauseAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return null;
    }
}
