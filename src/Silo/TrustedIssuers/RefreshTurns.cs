using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>
/// Which silo reads a source now: one of them, and the others get what it finds by replication. A turn is spent in the store for
/// a while, so a silo that dies with it holds nothing up for longer.
/// </summary>
public sealed class RefreshTurns(IClusterState state, ISpentOnce spentOnce, IOptions<TrustedIssuerOptions> options, TimeProvider clock)
{
    private const string KindPrefix = "key-set-read.";

    /// <summary>Shorter than the first retry of the silo that failed.</summary>
    private static readonly TimeSpan MissingTurn = TimeSpan.FromMilliseconds(150);

    /// <summary>How long a request waits for what another silo is reading.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>True when this silo is to read the source. Files are each silo's own.</summary>
    public async Task<bool> TryTakeAsync(KeySetOwner owner, KeySetSource source, RefreshCause cause, CancellationToken cancellationToken) =>
        source.File is not null
        || await spentOnce.TrySpendAsync(
            KindPrefix + cause, owner.ToString(), source.ToString(), clock.GetUtcNow() + TurnOf(cause), cancellationToken);

    /// <summary>
    /// True when another silo has read the source just now. Only a request that met an unknown key waits for that, a moment.
    /// </summary>
    public async Task<bool> AwaitOthersAsync(KeySetOwner owner, RefreshCause cause, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        do
        {
            await state.CatchUpAsync(cancellationToken);
            if (cause != RefreshCause.Demanded)
            {
                return false;
            }

            // It may have come between the caller's decision and now: to decide once more does no harm.
            if (FetchedAt(owner) is { } fetchedAt && clock.GetUtcNow() - fetchedAt < options.Value.UnknownKeyInterval)
            {
                return true;
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
        while (clock.GetElapsedTime(started) < Patience);
        return false;
    }

    private TimeSpan TurnOf(RefreshCause cause) => cause switch
    {
        RefreshCause.Due => options.Value.RefreshTurn,
        RefreshCause.Demanded => options.Value.UnknownKeyInterval * 0.9,
        _ => MissingTurn,
    };

    private DateTimeOffset? FetchedAt(KeySetOwner owner) =>
        state.Current is { } snapshot ? owner.HeldBy(snapshot, clock.GetUtcNow())?.FetchedAt : null;
}
