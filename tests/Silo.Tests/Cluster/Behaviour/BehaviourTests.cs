using System.Globalization;
using System.Net;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster.Behaviour;

/// <summary>
/// What faults cost, printed: how long a revocation takes, what callers see of a silo that dies, how long one takes to join. Short in every run, to see that
/// it all happens; <c>BEHAVIOUR_SCALE=100</c> on a machine that does nothing else gives figures.
/// </summary>
[Collection<BehaviourCollection>]
public sealed class BehaviourTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int SubjectsAtOnce = 100;

    private readonly int scale = int.Parse(Environment.GetEnvironmentVariable("BEHAVIOUR_SCALE") ?? "1", CultureInfo.InvariantCulture);
    private TestCluster cluster = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => cluster = await TestCluster.StartAsync(size: 3);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Fault_R1_Says_how_long_a_revocation_takes_on_three_healthy_silos()
    {
        await RevokeAsync(20);
        Report("silos that have just started", await RevokeAsync(10 * scale));

        // Code is compiled again as it turns out to be hot: exchanges share most of it.
        await new Callers(cluster).RunAsync(TimeSpan.FromSeconds(scale / 5));
        await RevokeAsync(20 * scale);
        Report("silos that are warm", await RevokeAsync(10 * scale));

        void Report(string silos, List<double> times) => output.WriteLine(
            $"{times.Count} revocations, one after the other, by {silos}: p50 {At(times, 50):0} ms, p99 {At(times, 99):0} ms.");
    }

    [Fact]
    public async Task Fault_F1_Says_what_callers_see_of_a_silo_that_is_killed()
    {
        var callers = new Callers(cluster);
        var running = callers.RunAsync(TimeSpan.FromSeconds(4 + (scale / 10)));
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, Cancelled);
        var killedAt = TimeProvider.System.GetTimestamp();
        await cluster.Silos[2].KillAsync();
        await running;

        output.WriteLine(callers.Summary(killedAt));
        Assert.True(callers.Answered > 0 && callers.WrongAnswers == 0, callers.Summary(killedAt));
    }

    [Fact]
    public async Task Fault_R18_Says_how_long_a_silo_takes_to_join_many_revocations()
    {
        await cluster.Silos[2].StopAsync();
        var before = await JoinAsync();
        var count = 1000 * scale;
        for (var written = 0; written < count; written += SubjectsAtOnce * 4)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(async batch =>
            {
                var names = Enumerable.Range(written + (batch * SubjectsAtOnce), SubjectsAtOnce).Select(number => $"gone-{number}").ToArray();
                Assert.Equal(HttpStatusCode.OK, (await cluster.RevokeAsync(cluster.Silos[batch % 2], names)).Status);
            }));
        }

        var after = await JoinAsync();
        output.WriteLine($"From its launch to its first ready: {before} without, {after} with {count} revocations.");
        (await TestCluster.ExchangeAsync(cluster.Silos[2], cluster.OldLogin("still-here"))).AssertIssued();
        var refused = await TestCluster.ExchangeAsync(cluster.Silos[2], cluster.OldLogin($"gone-{count - 1}"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
    }

    /// <returns>In words.</returns>
    private async Task<string> JoinAsync()
    {
        if (cluster.Silos[2].IsRunning)
        {
            await cluster.Silos[2].StopAsync();
        }

        var started = TimeProvider.System.GetTimestamp();
        await TestCluster.LaunchAsync(cluster.Silos[2]);
        return FormattableString.Invariant(
            $"{TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} ms ({cluster.Silos[2].ProcessorTime.TotalMilliseconds:0} ms of CPU, {cluster.Silos[2].ResidentBytes >> 20} MiB)");
    }

    private async Task<List<double>> RevokeAsync(int count)
    {
        var times = new List<double>();
        for (var number = 0; number < count; number++)
        {
            var receipt = await cluster.RevokeAsync(cluster.Silos[number % 3], $"leaver-{number}");
            Assert.Equal(HttpStatusCode.OK, receipt.Status);
            Assert.Equal(3, receipt.Json.GetProperty("silos_confirmed").GetInt32() + receipt.Json.GetProperty("silos_fenced").GetInt32());
            times.Add(receipt.Json.GetProperty("milliseconds").GetDouble());
        }

        times.Sort();
        return times;
    }

    private static double At(List<double> sorted, int percent) => sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
}

/// <summary>A cluster of its own for each test, with nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class BehaviourCollection;
