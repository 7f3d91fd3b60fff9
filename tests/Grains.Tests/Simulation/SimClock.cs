namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>What a lease survives: a wall clock that is set, or a monotonic one that stands still. Not both at once.</summary>
internal enum ClockFault
{
    None,
    IsSet,
    StandsStill,
}

/// <summary>The two clocks of one process, and timers that run in it.</summary>
internal sealed class SimClock(World world, SimProcess process) : TimeProvider
{
    public static readonly DateTimeOffset Beginning = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private ClockFault fault;
    private TimeSpan wallAhead;
    private TimeSpan stoodStill;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning + world.Now + wallAhead;

    public override long GetTimestamp() => (world.Now - stoodStill).Ticks;

    public bool MayFailIn(ClockFault kind)
    {
        fault = fault == ClockFault.None ? kind : fault;
        return fault == kind;
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void Step(TimeSpan by) => wallAhead += by;

    public void StandStill(TimeSpan length) => stoodStill += length;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimTimer(SimProcess process, Action callback) : ITimer
    {
        private int version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            version++;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                FireAfter(dueTime, period, version);
            }

            return true;
        }

        public void Dispose() => version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void FireAfter(TimeSpan delay, TimeSpan period, int expected) => process.After(
            delay,
            () =>
            {
                if (version != expected)
                {
                    return;
                }

                if (period > TimeSpan.Zero)
                {
                    FireAfter(period, period, expected);
                }

                callback();
            });
    }
}
