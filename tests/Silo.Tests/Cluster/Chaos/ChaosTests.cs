using System.Globalization;
using System.Security.Cryptography;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster.Chaos;

/// <summary>
/// Half a minute of faults in every run; <c>CHAOS_SECONDS</c> makes it longer, <c>CHAOS_SILOS</c> the cluster larger, <c>CHAOS_SEED</c> repeats the faults of a run that failed.
/// </summary>
[Collection<ChaosCollection>]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int ShortRunSeconds = 30;

    [Fact]
    public async Task Fault_F1_F4_F5_F12_F13_Breaks_no_promise_whatever_dies()
    {
        var seed = Number("CHAOS_SEED") ?? RandomNumberGenerator.GetInt32(100_000);
        await using var cluster = await TestCluster.StartAsync(size: Number("CHAOS_SILOS") ?? 3, hasLinks: true);
        var run = new ChaosRun(cluster, seed, TimeSpan.FromSeconds(Number("CHAOS_SECONDS") ?? ShortRunSeconds));
        await run.RunAsync();
        output.WriteLine(run.Summary);
        output.WriteLine(run.Faults.ToString());
        output.WriteLine($"The same faults again: CHAOS_SEED={seed} CHAOS_SILOS={cluster.Silos.Count}");
        Assert.True(
            run.History.Violations().Count == 0,
            run.Summary + Environment.NewLine + string.Join(Environment.NewLine, run.History.Violations().Take(20).Select(violation => violation.What)));
        Assert.True(run.History is { Decisions: > 100, Revocations: > 0 }, $"Too little happened to say anything: {run.Summary}");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A cluster of its own, with nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ChaosCollection;
