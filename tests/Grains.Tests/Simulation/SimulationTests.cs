using System.Globalization;
using System.Security.Cryptography;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>
/// The replication protocol itself, the code that runs in every silo, under thousands of schedules of faults. <c>SIMULATION_SCHEDULES</c> makes it
/// longer, <c>SIMULATION_SEED</c> begins at a seed that failed.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int ShortRun = 1000;
    private const int EnoughForAFlaw = 400;

    [Fact]
    public async Task Fault_F28_Breaks_no_promise_under_any_schedule()
    {
        var template = await Template.MakeAsync();
        var first = Number("SIMULATION_SEED") ?? RandomNumberGenerator.GetInt32(1_000_000_000);
        var (decisions, acknowledged) = (0, 0);
        for (var seed = first; seed < first + (Number("SIMULATION_SCHEDULES") ?? ShortRun); seed++)
        {
            var history = Run(seed, template, Flaw.None);
            decisions += history.Decisions;
            acknowledged += history.Acknowledged;
            Assert.True(history.Violations.Count == 0, $"seed {seed}:{Environment.NewLine}{string.Join(Environment.NewLine, history.Violations.Take(10))}");
        }

        output.WriteLine($"From seed {first}: {decisions} decisions, {acknowledged} acknowledged revocations.");
        Assert.True(acknowledged > 0 && decisions > acknowledged);
    }

    [Theory]
    [InlineData("NoLease")]
    [InlineData("AnswersUnread")]
    [InlineData("LeaseFromReply")]
    public async Task Finds_a_protocol_that_is_broken_on_purpose(string flaw)
    {
        var template = await Template.MakeAsync();
        var seed = 0;
        while (Run(seed, template, Enum.Parse<Flaw>(flaw)).Violations.All(violation => !violation.Contains("allowed at", StringComparison.Ordinal)))
        {
            Assert.True(++seed < EnoughForAFlaw, "Nothing was found.");
        }

        output.WriteLine($"Found by seed {seed}.");
    }

    [Fact]
    public async Task Repeats_a_schedule_exactly()
    {
        var template = await Template.MakeAsync();
        for (var seed = 0; seed < 20; seed++)
        {
            var (once, again) = (Run(seed, template, Flaw.AnswersUnread), Run(seed, template, Flaw.AnswersUnread));
            Assert.Equal((once.Decisions, once.Acknowledged), (again.Decisions, again.Acknowledged));
            Assert.Equal(once.Violations, again.Violations);
        }
    }

    private static SimHistory Run(int seed, Template template, Flaw flaw)
    {
        var schedule = new Schedule(seed, template, flaw);
        schedule.Run();
        return schedule.History;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
