using System.Globalization;
using ExchangeCluster.Load.Driving;
using ExchangeCluster.Load.Servers;
using ExchangeCluster.Load.Workloads;

namespace ExchangeCluster.Load;

/// <summary>What a subject with one exchanged token takes, after the caches of fixed size are full.</summary>
internal static class MemoryRun
{
    private const int Before = 25_000;
    private const int Counted = 75_000;

    /// <summary>A sentence for the table.</summary>
    public static string Run(Shop shop, string directory)
    {
        using var silo = SiloServer.Start(shop, directory, Machine.ServerCore);
        silo.Process.WaitUntilListening();
        using var driver = new Driver([silo.Process.Endpoint], 32);
        var workload = SiloWorkloads.NewSubject(shop);
        Send(driver, workload, Before);
        var (heap, resident) = (silo.Process.LiveHeapBytes(), silo.Process.ResidentBytes());
        Send(driver, workload, Counted);
        var perSubject = (silo.Process.LiveHeapBytes() - heap) / (double)Counted;
        var residentEach = (silo.Process.ResidentBytes() - resident) / (double)Counted;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\nMemory of an active subject with one cached token: {perSubject:F0} B of live heap, {residentEach:F0} B of resident set ({Counted} subjects after {Before}).\n");
    }

    private static void Send(Driver driver, Workload workload, int count)
    {
        const int Batch = 5_000;
        for (var sent = 0; sent < count; sent += Batch)
        {
            workload.PrepareExactly(Batch);
            driver.ClosedLoop(workload.Next, TimeSpan.FromMinutes(1));
        }
    }
}
