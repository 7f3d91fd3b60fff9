using System.Threading.RateLimiting;

namespace ExchangeCluster.Silo.Token;

/// <summary>
/// How many requests for tokens are worked on at once. Whoever comes beyond that is refused at once: whatever a silo took on
/// and could not finish before its caller gave up would be work for nobody (docs/decisions/0042-shedding.md).
/// </summary>
internal sealed partial class Admission(int limit, TimeProvider clock, ILogger<Admission> logger) : IDisposable
{
    public const int MaxLimit = 1_000_000;

    private const int LimitPerProcessor = 2048;

    /// <summary>The log says this often at most that requests are refused.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    // Nobody waits here: those admitted already wait for the processors.
    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions { PermitLimit = limit, QueueLimit = 0 });
    private readonly Lock saying = new();
    private long? saidAt;
    private long refused;

    /// <summary>About a second's work for each processor, and more than any burst of the callers of one silo should be.</summary>
    public static int DefaultLimit => Environment.ProcessorCount * LimitPerProcessor;

    /// <summary>To be disposed once the request is answered; null: it must be refused.</summary>
    public IDisposable? TryEnter()
    {
        var lease = limiter.AttemptAcquire();
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        Say();
        return null;
    }

    public void Dispose() => limiter.Dispose();

    private void Say()
    {
        long count;
        lock (saying)
        {
            refused++;
            if (saidAt is { } before && clock.GetElapsedTime(before) < Quiet)
            {
                return;
            }

            (saidAt, count, refused) = (clock.GetTimestamp(), refused, 0);
        }

        LogWarningRefused(limit, count);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Overload: {Limit} requests for tokens are being answered, more are refused; {Count} since this was said last")]
    private partial void LogWarningRefused(int limit, long count);
}
