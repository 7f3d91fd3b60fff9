namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>
/// When one key set is fetched: on its interval, again and again while it fails (exponential back-off), and on demand at
/// most once per interval. At most one fetch is under way; whoever asks meanwhile shares its outcome.
/// </summary>
/// <param name="fetch">Reports its failures itself and never throws.</param>
public sealed class RefreshSchedule(Func<RefreshCause, Task<RefreshOutcome>> fetch, TrustedIssuerOptions options, TimeProvider clock)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    /// <summary>A set that went missing from the replicated state is fetched again no sooner than this.</summary>
    private static readonly TimeSpan MissingRetry = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<bool>? latest;
    private long endedAt;
    private int failures;
    private bool isDeferred;
    private Task<bool>? demanded;
    private long demandedAt;

    /// <summary>Fetches when that is due.</summary>
    /// <param name="missing">No usable key set is held: don't wait for the interval.</param>
    public Task RunIfDueAsync(bool missing)
    {
        lock (gate)
        {
            return IsDue_NeedsLock(missing)
                ? Start_NeedsLock(missing || failures > 0 ? RefreshCause.Missing : RefreshCause.Due)
                : Task.CompletedTask;
        }
    }

    /// <summary>True when newer keys were applied by the fetch that this call started, joined, or came shortly after.</summary>
    public Task<bool> DemandAsync()
    {
        lock (gate)
        {
            // The outcome is kept for the interval: a caller who decided under the older keys must learn of the newer ones.
            if (demanded is not null && clock.GetElapsedTime(demandedAt) < options.UnknownKeyInterval)
            {
                return demanded;
            }

            if (latest is { IsCompleted: false })
            {
                return latest;
            }

            demandedAt = clock.GetTimestamp();
            return demanded = Start_NeedsLock(RefreshCause.Demanded);
        }
    }

    private bool IsDue_NeedsLock(bool missing)
    {
        if (latest is null)
        {
            return true;
        }

        var wait = failures > 0 ? Backoff(failures) : missing ? MissingRetry
            : isDeferred ? options.RefreshInterval - options.RefreshTurn : options.RefreshInterval;
        return latest.IsCompleted && clock.GetElapsedTime(endedAt) >= wait;
    }

    private static TimeSpan Backoff(int failures) =>
        failures > 16 ? LongestRetry : TimeSpan.FromTicks(Math.Min(FirstRetry.Ticks << (failures - 1), LongestRetry.Ticks));

    private Task<bool> Start_NeedsLock(RefreshCause cause) => latest = Task.Run(() => RunAsync(cause));

    private async Task<bool> RunAsync(RefreshCause cause)
    {
        var outcome = await fetch(cause);
        lock (gate)
        {
            isDeferred = outcome == RefreshOutcome.Elsewhere;
            failures = outcome switch
            {
                RefreshOutcome.Failed => failures + 1,
                RefreshOutcome.Elsewhere => failures,
                _ => 0,
            };
            endedAt = clock.GetTimestamp();
        }

        return outcome == RefreshOutcome.Newer;
    }
}

public enum RefreshCause
{
    /// <summary>The interval is over.</summary>
    Due,

    /// <summary>There is no usable set, or the last attempt failed.</summary>
    Missing,

    /// <summary>A request met an unknown key.</summary>
    Demanded,
}

public enum RefreshOutcome
{
    Failed,
    Unchanged,

    /// <summary>It was another silo's turn, and nothing newer has come of it so far.</summary>
    Elsewhere,

    /// <summary>Newer keys are applied on this silo.</summary>
    Newer,
}
