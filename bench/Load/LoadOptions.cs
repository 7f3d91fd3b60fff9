using System.Globalization;

namespace ExchangeCluster.Load;

/// <summary>What a run measures, and for how long.</summary>
internal sealed record LoadOptions
{
    /// <summary>Rounds of each workload, in turn; the median counts.</summary>
    public int Rounds { get; private init; } = 5;

    /// <summary>Length of each measurement of a round.</summary>
    public TimeSpan Closed { get; private init; } = TimeSpan.FromSeconds(1.5);

    public TimeSpan Open { get; private init; } = TimeSpan.FromSeconds(1);

    public TimeSpan WarmUp { get; private init; } = TimeSpan.FromSeconds(6);

    /// <summary>No further round, and no further warming, begins after this: a machine that is too busy gets fewer rounds.</summary>
    public TimeSpan Budget { get; private init; } = TimeSpan.FromSeconds(480);

    /// <summary>How the names of the workloads to run begin; empty: all.</summary>
    public IReadOnlyList<string> Only { get; private init; } = [];

    /// <summary>Also what is not a workload: wrk, hits, clusters, overload, memory, start.</summary>
    public bool Full { get; private init; } = true;

    /// <summary>The servers are measured as an earlier run published them.</summary>
    public bool Built { get; private init; }

    /// <summary>For the table; null: standard output alone.</summary>
    public string? Output { get; private init; }

    /// <summary>The command line, for the table.</summary>
    public string Text { get; private init; } = "";

    public bool Wants(string name) => Only.Count == 0 || Only.Any(part => name.StartsWith(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same for what is not a workload.</summary>
    public bool WantsMore(string name) => Full && Wants(name);

    /// <exception cref="ArgumentException">Not an option.</exception>
    public static LoadOptions Read(string[] args)
    {
        var options = new LoadOptions { Text = string.Join(' ', args) };
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with
                {
                    Closed = TimeSpan.FromSeconds(0.6),
                    Open = TimeSpan.FromSeconds(0.3),
                    WarmUp = TimeSpan.FromSeconds(3),
                    Budget = TimeSpan.FromSeconds(130),
                    Full = false,
                },
                "--rounds" => options with { Rounds = int.Parse(args[++i], CultureInfo.InvariantCulture) },
                "--seconds" => options with
                {
                    Closed = TimeSpan.FromSeconds(double.Parse(args[++i], CultureInfo.InvariantCulture)),
                    Open = TimeSpan.FromSeconds(double.Parse(args[i], CultureInfo.InvariantCulture)),
                },
                "--only" => options with { Only = args[++i].Split(',') },
                "--built" => options with { Built = true },
                "--out" => options with { Output = args[++i] },
                var other => throw new ArgumentException($"No such option: {other}", nameof(args)),
            };
        }

        return options;
    }
}
