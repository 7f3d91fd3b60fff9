using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

public sealed class LeaseTests
{
    private static readonly TimeSpan Fence = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly SplitClock clock = new();
    private readonly Lease lease;

    public LeaseTests() => lease = Lease.BeginningNow(clock, Fence);

    [Fact]
    public void Is_held_until_the_fence()
    {
        Assert.True(lease.IsHeld);
        clock.Advance(Fence - Tick);
        Assert.True(lease.IsHeld);
        clock.Advance(Tick);
        Assert.False(lease.IsHeld);
    }

    [Fact]
    public void Fault_F5_Ends_by_the_wall_clock_after_a_suspended_host_wakes()
    {
        clock.SetWall(Fence - Tick);
        Assert.True(lease.IsHeld);
        clock.SetWall(Tick);
        Assert.False(lease.IsHeld);
    }

    [Fact]
    public void Fault_F16_Ends_by_the_monotonic_clock_when_the_wall_clock_stands()
    {
        clock.AdvanceMonotonic(Fence - Tick);
        Assert.True(lease.IsHeld);
        clock.AdvanceMonotonic(Tick);
        Assert.False(lease.IsHeld);
    }

    [Fact]
    public void Fault_F16_Ends_when_the_wall_clock_is_set_back()
    {
        clock.SetWall(Tick - Fence);
        Assert.True(lease.IsHeld);
        clock.SetWall(-Tick);
        Assert.False(lease.IsHeld);
    }
}
