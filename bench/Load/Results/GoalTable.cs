using System.Globalization;
using System.Text;

namespace ExchangeCluster.Load.Results;

/// <summary>What a run says of each goal that its workloads can tell of (docs/performance.md).</summary>
internal sealed class GoalTable(IReadOnlyList<Subject> subjects, double signUs, double verifyUs, double? spendUs)
{
    private readonly StringBuilder text = new("\n| goal | at most | seen | |\n|---|---|---|---|\n");

    public string Write()
    {
        var (floor, cached, uncached) = (Cpu("floor"), Cpu("cached"), Cpu("uncached"));
        var before = text.Length;
        Add("cached: CPU, × floor", 0.9, cached / floor);
        Add("cached: p99 at half load, × floor's", 1.2, P99("cached", round => round.Half) / P99("floor", round => round.Half));
        Add("cached: p99 at 80 % load, × floor's", 1.2, P99("cached", round => round.Most) / P99("floor", round => round.Most));
        Add("cached: CPU, × OpenIddict in degraded mode", 1 / 30.0, cached / Cpu("OpenIddict 7.8, degraded"));
        Add("cached: CPU, × OpenIddict with its store", 1 / 30.0, cached / Cpu("OpenIddict 7.8, EF"));
        Add("uncached: CPU, × (floor + verify + sign)", 1.3, uncached / (floor + verifyUs + signUs));
        Add("new subject: CPU, × uncached", 2, Cpu("new subject") / uncached);
        Add("4 silos, cached: CPU, × one silo", 1.1, Cpu("4 silos: cached") / Cpu("1 silo on Redis: cached"));
        Add("delegation: CPU, × (floor + 2 verify + sign)", 1.3, Cpu("delegation") / (floor + (2 * verifyUs) + signUs));
        Add("private_key_jwt, cached: CPU, × (floor + verify + spending)", 1.3, Cpu("private_key_jwt") / (floor + verifyUs + spendUs));
        Add("cached: allocated beyond Kestrel's own, KB", 1, (Allocated("cached") - Allocated("Kestrel alone")) / 1024);
        return text.Length == before ? "" : text.ToString();
    }

    private void Add(string goal, double most, double? seen)
    {
        if (seen is { } value)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {goal} | {most:0.###} | {value:0.###} | {(value <= most ? "met" : "not met")} |\n");
        }
    }

    private double? Cpu(string name) => Find(name)?.CpuUs;

    private double? P99(string name, Func<Sample, Percentiles> load) => Find(name)?.Samples.Select(sample => load(sample).P99).Median();

    private double? Allocated(string name) => Find(name)?.Samples.Select(sample => sample.AllocatedBytes ?? double.NaN).Median();

    private Subject? Find(string name) => subjects.FirstOrDefault(subject => subject.Name.StartsWith(name, StringComparison.Ordinal));
}
