using System.Threading.RateLimiting;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Bounds the requests that a silo is working on beyond its near cache. What comes on top is refused at once: a caller that is told to come again
/// costs a tenth of an exchange, one that waits until it gives up costs a whole one.
/// </summary>
/// <param name="most">At least 1. Each waits at most for so many others.</param>
/// <param name="time">The clock; monotonic.</param>
public sealed class ExchangeLimit(int most, TimeProvider time) : IDisposable
{
    /// <summary>For each processor: a quarter of a second to half a second of work.</summary>
    public const int DefaultForEachProcessor = 1024;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
    private long toldAt = long.MinValue;

    public int Most => most;

    public static int Default => DefaultForEachProcessor * Environment.ProcessorCount;

    /// <summary>To be disposed when the request is answered; not acquired: it is refused.</summary>
    public RateLimitLease TryEnter() => limiter.AttemptAcquire();

    /// <summary>Whether it is time to tell again that requests are refused: there may be thousands a second.</summary>
    public bool IsWorthTelling()
    {
        var (now, last) = (time.GetTimestamp(), Interlocked.Read(ref toldAt));
        return (last == long.MinValue || time.GetElapsedTime(last, now) >= Silence)
            && Interlocked.CompareExchange(ref toldAt, now, last) == last;
    }

    public void Dispose() => limiter.Dispose();
}
