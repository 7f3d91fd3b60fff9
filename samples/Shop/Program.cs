using ExchangeCluster.Samples.Shop;
using ExchangeCluster.Samples.Shop.Measure;
using Spectre.Console;

// The same shop four times, once for each way to hand tokens on; see README.md beside this file.
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, Report.Width);
var report = new Report(AnsiConsole.Console);
var runs = new List<Run>();
foreach (var approach in Enum.GetValues<Approach>())
{
    await using var world = await World.StartAsync(approach);
    var run = await Run.MeasureAsync(world);
    runs.Add(run);
    report.WriteHops(run);
    if (approach == Approach.ThePlan)
    {
        report.WritePlan(await world.PlanAsync());
        report.WriteToken("The token for an order, as the shop's API received it", run.FirstOrder.Hops[0].Token);
    }
}

report.WriteComparison(runs);
