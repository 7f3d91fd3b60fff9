using System.Globalization;
using System.Text;
using ExchangeCluster.Load.Driving;
using ExchangeCluster.Load.Results;
using ExchangeCluster.Load.Servers;
using ExchangeCluster.Load.Workloads;

namespace ExchangeCluster.Load;

/// <summary>Clusters of 1, 2 and 4 silos with requests to a random silo, and what a revocation costs them.</summary>
internal sealed class ClusterRun(Shop shop, string directory) : IDisposable
{
    private const int Revocations = 100;
    private static readonly int[] Sizes = [1, 2, 4];

    private readonly List<SiloCluster> clusters = [];

    /// <summary>Starts them all: they are measured in turn.</summary>
    public IEnumerable<Subject> Start()
    {
        foreach (var size in Sizes)
        {
            var cluster = new SiloCluster(shop, directory, size);
            clusters.Add(cluster);
            ServerProcess[] processes = [.. cluster.Silos.Select(silo => silo.Process)];
            var name = size == 1 ? "1 silo on Redis" : string.Create(CultureInfo.InvariantCulture, $"{size} silos");
            yield return new Subject(SiloWorkloads.Cached(shop, $"{name}: cached"), processes);
            yield return new Subject(SiloWorkloads.KnownSubject(shop, $"{name}: uncached, known subject"), processes);
        }
    }

    /// <summary>One after another, while nothing else is asked.</summary>
    public async Task<string> RevokeAsync()
    {
        var text = new StringBuilder("\n| cluster | revocation acknowledged: p50 / p99 ms | CPU µs/revocation, all silos |\n|---|---|---|\n");
        foreach (var silos in clusters.Select(cluster => cluster.Silos))
        {
            using var driver = new Driver([silos[0].Process.Endpoint], 1);
            var admin = Peers.TokenIn(driver.Ask(Shop.AdminExchange(shop)).Text);
            await silos[0].RevokeAsync(admin, shop.LoginIssuer, Subjects("warm"), block: false);
            var before = silos.Sum(silo => silo.Process.CpuTime().TotalMicroseconds);
            var taken = (await silos[0].RevokeAsync(admin, shop.LoginIssuer, Subjects("gone"), block: false)).Select(time => time.TotalMilliseconds).Order().ToArray();
            var cpu = (silos.Sum(silo => silo.Process.CpuTime().TotalMicroseconds) - before) / taken.Length;
            text.Append(CultureInfo.InvariantCulture, $"| {silos.Count} | {taken.Median():F1} / {taken[^2]:F1} | {cpu:F0} |\n");
        }

        return text.ToString();
    }

    public void Dispose() => clusters.ForEach(cluster => cluster.Dispose());

    private static IEnumerable<string> Subjects(string kind) =>
        Enumerable.Range(0, Revocations).Select(i => string.Create(CultureInfo.InvariantCulture, $"{kind}-{i}"));
}
