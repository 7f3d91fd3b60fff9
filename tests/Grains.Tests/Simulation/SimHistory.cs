namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>What clients asked and heard, on true time.</summary>
internal sealed class SimHistory
{
    private readonly Dictionary<string, TimeSpan> acknowledged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> spent = new(StringComparer.Ordinal);
    private readonly List<string> violations = [];

    public int Decisions { get; private set; }

    public int Acknowledged => acknowledged.Count;

    /// <summary>What must never be.</summary>
    public IReadOnlyList<string> Violations => violations;

    public bool IsRevoked(string subject) => acknowledged.ContainsKey(subject);

    public void AddRevoked(string subject, TimeSpan now) => acknowledged.TryAdd(subject, now);

    /// <param name="subject">Whom it was about.</param>
    /// <param name="began">When the client asked.</param>
    /// <param name="now">When the silo handed over.</param>
    /// <param name="allowed">What it said.</param>
    /// <param name="mayBeLate">The silo has been frozen, and that may have been between its last check and the hand-over.</param>
    public void AddDecision(string subject, TimeSpan began, TimeSpan now, bool allowed, bool mayBeLate)
    {
        Decisions++;
        if (allowed && acknowledged.TryGetValue(subject, out var since) && (mayBeLate ? began : now) > since)
        {
            violations.Add($"{subject}: acknowledged at {since}, asked at {began}, allowed at {now}.");
        }
    }

    public void AddSpent(string id)
    {
        spent[id] = spent.GetValueOrDefault(id) + 1;
        if (spent[id] > 1)
        {
            violations.Add($"{id} was spent twice.");
        }
    }

    /// <summary>Something that should have come about again did not.</summary>
    public void AddStuck(string what) => violations.Add(what);
}
