using Microsoft.Extensions.Time.Testing;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>Fake time whose two clocks can drift apart: the wall clock may be set, the monotonic one stands still in a suspended host.</summary>
internal sealed class SplitClock() : FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private TimeSpan wallAhead;
    private TimeSpan monotonicAhead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + wallAhead;

    public override long GetTimestamp() => base.GetTimestamp() + monotonicAhead.Ticks;

    /// <summary>Moves the wall clock alone; back, if negative.</summary>
    public void SetWall(TimeSpan by) => wallAhead += by;

    public void AdvanceMonotonic(TimeSpan by) => monotonicAhead += by;
}
