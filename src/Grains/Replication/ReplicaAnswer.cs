using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Replication;

/// <summary>What this silo says to a writer that asks it to catch up.</summary>
internal sealed partial class ReplicaAnswer(Replica replica, HandOvers handOvers, ILogger<ReplicaAnswer> logger)
{
    /// <summary>
    /// Pulls from the store, applies, and waits until the answers that were checked before are handed over. How this silo is
    /// registered; null when it could not: then it may not answer for long.
    /// </summary>
    public async Task<string?> ConfirmAsync()
    {
        try
        {
            await replica.CatchUpAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogWarningNotCaughtUp(exception);
            return null;
        }

        await handOvers.DrainAsync();
        return replica.Silo;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This silo could not catch up when a writer asked it to.")]
    private partial void LogWarningNotCaughtUp(Exception exception);
}
