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
        List<double> silo = [], floor = [];
        for (var start = 0; start < Starts; start++)
        {
            silo.Add(MillisecondsOfSilo(shop, directory, request));
            floor.Add(MillisecondsOfFloor(directory, request));
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"\nStart of a published silo to its first answered exchange: median {silo.Median():F0} ms of {Starts} ({silo.Min():F0}–{silo.Max():F0}); of the floor, in turn with it, {floor.Median():F0} ms ({floor.Min():F0}–{floor.Max():F0}).\n");
    }

    private static double MillisecondsOfSilo(Shop shop, string directory, byte[] request)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var silo = SiloServer.StartFree(shop, directory);
        return MillisecondsToFirst(silo.Process, request, started);
    }

    private static double MillisecondsOfFloor(string directory, byte[] request)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var floor = Peers.StartFloor(directory, core: null);
        return MillisecondsToFirst(floor, request, started);
    }

    private static double MillisecondsToFirst(ServerProcess server, byte[] request, long started)
    {
        server.WaitUntilListening();
        using var driver = new Driver([server.Endpoint], 1);
        while (driver.Ask(request).Status != 200)
        {
        }

        return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
    }
}
