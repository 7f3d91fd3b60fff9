namespace ExchangeCluster.Load.Results;

/// <summary>One round of one workload.</summary>
/// <param name="CpuUs">CPU microseconds of the servers for each request, closed loop.</param>
/// <param name="PerSecond">Closed loop: what they can do.</param>
/// <param name="AllocatedBytes">For each request; null for a server that isn't .NET.</param>
/// <param name="Half">Open loop at 50 % of that.</param>
/// <param name="Most">Open loop at 80 %.</param>
/// <param name="Errors">Share of answers other than 200, over all three.</param>
internal sealed record Sample(double CpuUs, double PerSecond, double? AllocatedBytes, Percentiles Half, Percentiles Most, double Errors);

/// <summary>Microseconds.</summary>
internal sealed record Percentiles(double P50, double P99, double P999);

internal static class Medians
{
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
