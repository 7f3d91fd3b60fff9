using System.Globalization;
using ExchangeCluster.Load.Driving;
using ExchangeCluster.Load.Results;
using ExchangeCluster.Load.Servers;
using ExchangeCluster.Load.Workloads;

namespace ExchangeCluster.Load;

/// <summary>From the start of the process to the first exchange that is answered, on a fresh data directory and with all cores.</summary>
internal static class StartRun
{
    private const int Starts = 5;

    /// <summary>A sentence for the table.</summary>
    public static string Run(Shop shop, string directory)
    {
        var request = Shop.Exchange(shop.Login("first"));
        var taken = Enumerable.Range(0, Starts).Select(_ => MillisecondsToFirst(shop, directory, request)).Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\nStart of a published silo (ReadyToRun) to its first answered exchange: median {taken.Median():F0} ms of {Starts} ({taken[0]:F0}–{taken[^1]:F0}).\n");
    }

    private static double MillisecondsToFirst(Shop shop, string directory, byte[] request)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var silo = SiloServer.StartFree(shop, directory);
        silo.Process.WaitUntilListening();
        using var driver = new Driver([silo.Process.Endpoint], 1);
        while (driver.Ask(request).Status != 200)
        {
        }

        return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
    }
}
