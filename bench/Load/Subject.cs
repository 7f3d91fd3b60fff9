using System.Globalization;
using System.Net;
using ExchangeCluster.Load.Driving;
using ExchangeCluster.Load.Results;
using ExchangeCluster.Load.Servers;
using ExchangeCluster.Load.Workloads;

namespace ExchangeCluster.Load;

/// <summary>A workload at its servers, and the rounds of it so far.</summary>
internal sealed class Subject(Workload workload, params IReadOnlyList<ServerProcess> servers) : IDisposable
{
    private const int Connections = 32;

    /// <summary>In a slice of warming: something is always compiled for the first time, by a timer if not by a request.</summary>
    private const int CompiledWhenWarm = 5;

    /// <summary>Slices in a row: between two tiers of compilation nothing is compiled for a second or two.</summary>
    private const int CalmWhenWarm = 3;

    private readonly Driver driver = new([.. servers.Select(server => server.Endpoint)], Connections);

    public string Name => workload.Name;

    public IReadOnlyList<IPEndPoint> Endpoints => [.. servers.Select(server => server.Endpoint)];

    public List<Sample> Samples { get; } = [];

    /// <summary>Memory after the rounds, all servers together.</summary>
    public long ResidentBytes => servers.Sum(server => server.ResidentBytes());

    public double CpuUs => Samples.Select(sample => sample.CpuUs).Median();

    /// <summary>
    /// Runs until the servers' code is compiled as far as it will be: until next to no method has been compiled for a while, and a request costs no
    /// less than just before.
    /// </summary>
    /// <param name="least">At least this long, and at most sixteen times.</param>
    /// <param name="isLate">No more than that from now on.</param>
    public void Warm(TimeSpan least, Func<bool> isLate)
    {
        workload.PerSecond = Slice(TimeSpan.FromSeconds(0.3)).PerSecond;
        Slice(least / 2);
        var before = Slice(least / 4).CpuUs;
        for (var (slice, calm) = (0, 0); slice < 61 && calm < CalmWhenWarm && !isLate(); slice++)
        {
            var compiled = CompiledMethods();
            var now = Slice(least / 4).CpuUs;
            calm = now > before * 0.95 && CompiledMethods() - compiled <= CompiledWhenWarm ? calm + 1 : 0;
            before = now;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {now:F0} µs/request, {CompiledMethods() - compiled} methods compiled, {workload.PerSecond:F0}/s"));
        }
    }

    /// <summary>Closed loop, then open loop at half and at most of what that reached.</summary>
    public void Round(TimeSpan closed, TimeSpan open)
    {
        workload.Prepare(closed, workload.PerSecond);
        var (cpu, allocated) = (Cpu(), Allocated());
        var peak = Check(driver.ClosedLoop(workload.Next, closed));
        var spent = Cpu() - cpu;
        var bytes = Allocated() - allocated;
        workload.PerSecond = peak.PerSecond;
        var (half, most) = (Open(open, peak.PerSecond * 0.5), Open(open, peak.PerSecond * 0.8));
        var statuses = new[] { peak, half, most }.SelectMany(answers => answers.Statuses).ToLookup(pair => pair.Key == 200, pair => pair.Value);
        var (good, bad) = (statuses[true].Sum(), statuses[false].Sum());
        Samples.Add(new Sample(
            spent.TotalMicroseconds / peak.Count, peak.PerSecond, bytes / (double?)peak.Count, Of(half), Of(most), bad / (double)(good + bad)));
    }

    public void Dispose() => driver.Dispose();

    private (double PerSecond, double CpuUs) Slice(TimeSpan duration)
    {
        workload.Prepare(duration, workload.PerSecond * 1.5);
        var cpu = Cpu();
        var answers = Check(driver.ClosedLoop(workload.Next, duration));
        workload.PerSecond = answers.PerSecond;
        return (answers.PerSecond, (Cpu() - cpu).TotalMicroseconds / answers.Count);
    }

    private static Percentiles Of(Answers answers) =>
        new(answers.Latencies.Percentile(0.5), answers.Latencies.Percentile(0.99), answers.Latencies.Percentile(0.999));

    private Answers Open(TimeSpan duration, double perSecond)
    {
        workload.Prepare(duration, perSecond);
        return Check(driver.OpenLoop(workload.Next, duration, perSecond));
    }

    /// <exception cref="InvalidOperationException">The servers didn't do what is measured.</exception>
    private Answers Check(Answers answers)
    {
        if (!workload.Refuses && answers.Statuses.Any(pair => pair.Key != 200))
        {
            workload.Prepare(TimeSpan.Zero, 0);
            var statuses = string.Join(", ", answers.Statuses.Select(pair => $"{pair.Key}: {pair.Value}"));
            throw new InvalidOperationException($"{Name}: answers by status: {statuses}; such as {driver.Ask(workload.Next()!).Text}");
        }

        return answers;
    }

    private TimeSpan Cpu() => servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + server.CpuTime());

    private long CompiledMethods() => servers.Sum(server => server.CompiledMethods() ?? 0);

    private long? Allocated() => servers.Aggregate((long?)0, (sum, server) => sum + server.AllocatedBytes());
}
