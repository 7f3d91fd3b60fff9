namespace ExchangeCluster.Load.Workloads;

/// <summary>A kind of request, which a round sends many of.</summary>
/// <param name="name">In tables.</param>
/// <param name="make">Makes the request with this number, counted from the start of the run.</param>
/// <param name="repeats">Whether one request is sent over and over; else none is sent twice.</param>
internal sealed class Workload(string name, Func<int, byte[]> make, bool repeats = false)
{
    private readonly Queue<byte[]> prepared = new();
    private int made;

    public string Name => name;

    /// <summary>Whether answers other than 200 are meant to come.</summary>
    public bool Refuses { get; init; }

    /// <summary>The rate that was seen last, by which rounds are prepared.</summary>
    public double PerSecond { get; set; } = 2_000;

    /// <summary>Makes the requests of a round ahead of it: signing must not cost while others are timed.</summary>
    public void Prepare(TimeSpan duration, double perSecond) => PrepareExactly((int)(duration.TotalSeconds * perSecond * 1.3) + 100);

    /// <summary>This many requests, unless one does for all.</summary>
    public void PrepareExactly(int count)
    {
        prepared.Clear();
        while (prepared.Count < (repeats ? 1 : count))
        {
            prepared.Enqueue(make(repeats ? 0 : made++));
        }
    }

    /// <summary>Null when no more were prepared.</summary>
    public byte[]? Next() => repeats ? prepared.Peek() : prepared.TryDequeue(out var request) ? request : null;
}
