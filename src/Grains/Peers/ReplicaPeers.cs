using ExchangeCluster.Grains.Replication;
using Orleans.Runtime.Services;

namespace ExchangeCluster.Grains.Peers;

/// <summary>Asks every active silo directly.</summary>
internal sealed class ReplicaPeers(IServiceProvider services, ISiloStatusOracle silos, TimeProvider clock)
    : GrainServiceClient<IReplicaGrainService>(services), IReplicaPeers
{
    public Task<int> ConfirmAsync(IReadOnlySet<string> awaited, TimeSpan patience, CancellationToken cancellationToken) =>
        awaited.Count == 0
            ? Task.FromResult(0)
            : new PeerRounds<SiloAddress>(Others, AskAsync, clock).RunAsync(awaited, patience, cancellationToken);

    private IEnumerable<SiloAddress> Others() =>
        silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(silos.SiloAddress));

    private async Task<string?> AskAsync(SiloAddress silo)
    {
        try
        {
            return await GetGrainService(silo).ConfirmAsync();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // It is dead, or not there yet.
            return null;
        }
    }
}
