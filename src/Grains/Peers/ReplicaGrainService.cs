using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace ExchangeCluster.Grains.Peers;

/// <inheritdoc cref="IReplicaGrainService"/>
[Reentrant]
internal sealed partial class ReplicaGrainService(
    GrainId id, Silo silo, Replica replica, HandOvers handOvers, ILoggerFactory loggers, ILogger<ReplicaGrainService> logger)
    : GrainService(id, silo, loggers), IReplicaGrainService
{
    public async Task<string?> ConfirmAsync()
    {
        try
        {
            await replica.CatchUpAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            WarnNotCaughtUp(exception);
            return null;
        }

        await handOvers.DrainAsync();
        return replica.Silo;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This silo could not catch up when a writer asked it to.")]
    private partial void WarnNotCaughtUp(Exception exception);
}
