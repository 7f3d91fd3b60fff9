using System.Globalization;
using ExchangeCluster.Load.Driving;
using ExchangeCluster.Load.Results;
using ExchangeCluster.Load.Servers;
using ExchangeCluster.Load.Workloads;

namespace ExchangeCluster.Load;

/// <summary>What is still answered when twice as many requests arrive as can be: with a limit that so few connections can exceed.</summary>
internal static class OverloadRun
{
    private const int Connections = 256;
    private const int Rounds = 3;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>A sentence for the table.</summary>
    public static string Run(Shop shop, string directory)
    {
        using var silo = SiloServer.Start(shop, directory, Machine.ServerCore, ("ExchangeCluster__RequestsAtOnce", "64"));
        silo.Process.WaitUntilListening();
        using var few = new Driver([silo.Process.Endpoint], 32);
        using var many = new Driver([silo.Process.Endpoint], Connections);
        var workload = SiloWorkloads.KnownSubject(shop);
        using (var warming = new Subject(workload, silo.Process))
        {
            warming.Warm(TimeSpan.FromSeconds(6), () => false);
        }

        var (ratios, shares) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            workload.Prepare(Round, workload.PerSecond);
            var peak = few.ClosedLoop(workload.Next, Round).PerSecond;
            workload.Prepare(Round, 2 * peak);
            var answers = many.OpenLoop(workload.Next, Round, 2 * peak);
            var answered = answers.Statuses.GetValueOrDefault(200);
            ratios.Add(answered / answers.Elapsed.TotalSeconds / peak);
            shares.Add(1 - (answered / (double)answers.Count));
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"\nAt twice the peak of uncached exchanges over {Connections} connections: goodput {ratios.Median():P0} of that peak, {shares.Median():P0} refused at once ({Rounds} rounds).\n");
    }
}
