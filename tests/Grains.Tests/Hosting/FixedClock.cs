namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>A wall clock that moves only when told; timers and time stamps stay real, because the silos run on them.</summary>
internal sealed class FixedClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Start;

    public override DateTimeOffset GetUtcNow() => Now;

    public void Reset() => Now = Start;
}
