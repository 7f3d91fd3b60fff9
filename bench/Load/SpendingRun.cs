using System.Diagnostics;
using System.Globalization;
using ExchangeCluster.Silo.Stores;

namespace ExchangeCluster.Load;

/// <summary>What it costs to spend something once in the store of a single silo: the store alone, in this process, as many at once as there are connections.</summary>
internal static class SpendingRun
{
    private const int AtOnce = 32;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(2);

    /// <summary>CPU microseconds of this process for each.</summary>
    public static async Task<double> CpuUsAsync(string directory)
    {
        using var store = SqliteClusterStore.Open(Path.Combine(directory, "spending"), TimeProvider.System);
        await store.InitializeAsync(CancellationToken.None);
        await SpendAsync(store, Warm);
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var count = await SpendAsync(store, Measured);
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalMicroseconds / count;
    }

    private static async Task<int> SpendAsync(SqliteClusterStore store, TimeSpan duration)
    {
        var end = TimeProvider.System.GetUtcNow() + duration;
        var counts = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; TimeProvider.System.GetUtcNow() < end; count++)
            {
                // As long as the keyed hash of an assertion's identity.
                var id = Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture) + "abcdefghijk";
                if (!await store.TrySpendAsync("assertion", id, end.AddMinutes(1), CancellationToken.None))
                {
                    throw new InvalidOperationException("Spent already.");
                }
            }

            return count;
        })));
        return counts.Sum();
    }
}
