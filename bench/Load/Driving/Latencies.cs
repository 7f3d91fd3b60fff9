namespace ExchangeCluster.Load.Driving;

/// <summary>Every latency of a round, exactly: no buckets.</summary>
internal sealed class Latencies
{
    private readonly List<long> ticks = new(capacity: 200_000);
    private bool sorted;

    public int Count => ticks.Count;

    public void Add(long elapsed)
    {
        ticks.Add(elapsed);
        sorted = false;
    }

    /// <param name="share">Such as 0.99.</param>
    /// <returns>Microseconds.</returns>
    public double Percentile(double share)
    {
        if (!sorted)
        {
            ticks.Sort();
            sorted = true;
        }

        return ticks.Count == 0 ? double.NaN : ticks[Math.Min(ticks.Count - 1, (int)(ticks.Count * share))] * 1e6 / TimeProvider.System.TimestampFrequency;
    }
}
