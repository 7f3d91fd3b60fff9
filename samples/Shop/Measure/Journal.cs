using System.Collections.Concurrent;

namespace ExchangeCluster.Samples.Shop.Measure;

/// <summary>What happened since it was last taken.</summary>
internal sealed class Journal
{
    private readonly ConcurrentQueue<Hop> hops = new();
    private readonly ConcurrentQueue<string> attempts = new();

    public void Add(Hop hop) => hops.Enqueue(hop);

    /// <summary>Something that a service should not be able to do, and what came of it.</summary>
    public void AddAttempt(string outcome) => attempts.Enqueue(outcome);

    public (IReadOnlyList<Hop> Hops, IReadOnlyList<string> Attempts) Take()
    {
        var taken = (hops.ToList(), attempts.ToList());
        hops.Clear();
        attempts.Clear();
        return taken;
    }
}
