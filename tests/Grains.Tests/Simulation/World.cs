using ExchangeCluster.TestKit;

namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>
/// Time, chance and the processes of one schedule. One thread runs everything: what is due next runs next, and among what is due at the
/// same time chance decides. The same seed gives the same schedule.
/// </summary>
internal sealed class World(int seed)
{
    private readonly PriorityQueue<(SimProcess Process, Action Work), (TimeSpan At, int Tie)> due = new();
    private readonly Dice ties = new(seed, 1);

    /// <summary>For whatever is not a tie.</summary>
    public Dice Dice { get; } = new(seed, 2);

    /// <summary>Since the schedule began.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>What went wrong in a process without anybody catching it.</summary>
    public List<string> Crashes { get; } = [];

    public void Schedule(SimProcess process, TimeSpan after, Action work) =>
        due.Enqueue((process, work), (Now + (after > TimeSpan.Zero ? after : TimeSpan.Zero), ties.Next(int.MaxValue)));

    public void RunUntil(TimeSpan end)
    {
        while (due.TryPeek(out var next, out var when) && when.At <= end)
        {
            due.Dequeue();
            Now = when.At;
            next.Process.Run(next.Work);
        }

        Now = end;
    }

    public TimeSpan Between(double fromMs, double toMs) =>
        TimeSpan.FromMilliseconds(fromMs + ((toMs - fromMs) * Dice.Next(1_000_000) / 1_000_000));

    /// <summary>True in so many cases of a hundred.</summary>
    public bool Chance(int percent) => Dice.Next(100) < percent;
}
