using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using Orleans.Runtime.Services;

namespace ExchangeCluster.Grains.Peers;

/// <summary>Asks every active silo directly.</summary>
internal sealed class ReplicaPeers(IServiceProvider services, ISiloStatusOracle silos, TimeProvider clock)
    : GrainServiceClient<IReplicaGrainService>(services), IReplicaPeers, IDecisionPeers
{
    public Task<int> ConfirmAsync(IReadOnlySet<string> awaited, TimeSpan patience, CancellationToken cancellationToken) =>
        awaited.Count == 0
            ? Task.FromResult(0)
            : new PeerRounds<SiloAddress>(Others, AskAsync, clock).RunAsync(awaited, patience, cancellationToken);

    public async Task<PastDecision?> FindAsync(string id, CancellationToken cancellationToken)
    {
        Exception? silence = null;
        await foreach (var answer in Task.WhenEach([.. Others().Select(silo => GetGrainService(silo).FindDecisionAsync(id).WaitAsync(cancellationToken))]))
        {
            if (!answer.IsCompletedSuccessfully)
            {
                silence = answer.Exception;
            }
            else if (await answer is { } found)
            {
                return found;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return silence is null ? null : throw new DependencyFailedException("other silos", silence);
    }

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
