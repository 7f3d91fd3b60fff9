namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// The right to answer, counted from the moment a successful confirmation was <em>sent</em>: the store may have moved on
/// while its reply was on the way. Both clocks must agree, because the monotonic one stands still while a host is suspended
/// and the wall clock may be set.
/// </summary>
public sealed class Lease
{
    private readonly TimeProvider clock;
    private readonly TimeSpan fence;
    private readonly long sentTimestamp;

    private Lease(TimeProvider clock, TimeSpan fence)
    {
        this.clock = clock;
        this.fence = fence;
        sentTimestamp = clock.GetTimestamp();
        SentAt = clock.GetUtcNow();
    }

    /// <summary>By the wall clock of this silo.</summary>
    public DateTimeOffset SentAt { get; }

    public bool IsHeld
    {
        get
        {
            var wall = clock.GetUtcNow() - SentAt;
            return clock.GetElapsedTime(sentTimestamp) < fence && wall < fence && wall > -fence;
        }
    }

    /// <summary>Call before the confirmation is sent; use the lease only once everything it named is applied.</summary>
    public static Lease BeginningNow(TimeProvider clock, TimeSpan fence) => new(clock, fence);
}
