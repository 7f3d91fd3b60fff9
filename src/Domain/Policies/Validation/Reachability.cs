using System.Collections.Frozen;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>A scope that a token for a service can come to hold, and by whose elevation; <paramref name="By"/> is null for none.</summary>
internal readonly record struct HeldScope(string Service, string Scope, string? By);

/// <summary>
/// Every scope that any chain of exchanges can put into a token of ours, with the shortest chain to it. An over-approximation:
/// conditions on claims and issuers count as met, and a trusted issuer may give any service every scope of its own.
/// </summary>
internal sealed class Reachability
{
    private readonly Dictionary<HeldScope, Step> steps = [];

    private Reachability()
    {
    }

    public IEnumerable<HeldScope> Held => steps.Keys;

    public static Reachability Of(FrozenDictionary<string, Service> services, IEnumerable<AcceptRule> rules)
    {
        var result = new Reachability();
        var byCaller = rules.ToLookup(rule => rule.From, StringComparer.Ordinal);
        var waiting = new Queue<HeldScope>();
        foreach (var rule in byCaller.SelectMany(group => group))
        {
            foreach (var scope in services[rule.From].Scopes.Values)
            {
                result.Follow(rule, new HeldScope(rule.From, scope, null), fromOutside: true, waiting);
            }
        }

        while (waiting.TryDequeue(out var held))
        {
            foreach (var rule in byCaller[held.Service].Where(_ => services[held.Service].Scopes.Contains(held.Scope)))
            {
                result.Follow(rule, held, fromOutside: false, waiting);
            }
        }

        return result;
    }

    /// <summary>The chain to <paramref name="held"/>, one exchange after the other.</summary>
    public string Chain(HeldScope held)
    {
        var exchanges = new Stack<string>();
        for (HeldScope? now = held; now is { } at && steps.TryGetValue(at, out var step); now = step.Parent)
        {
            exchanges.Push(Describe(step));
        }

        return string.Join("; ", exchanges);
    }

    public static string Describe(AcceptRule rule, string granted, string held) => granted == held
        ? $"{rule.From} -> {rule.Target} passes {granted}"
        : $"{rule.From} -> {rule.Target} elevates {granted} from {held}";

    private static string Describe(Step step) => Describe(step.Rule, step.Granted, step.Held);

    private void Follow(AcceptRule rule, HeldScope held, bool fromOutside, Queue<HeldScope> waiting)
    {
        if (rule.Scopes.Contains(held.Scope))
        {
            Add(new HeldScope(rule.Target, held.Scope, held.By), rule, held, fromOutside, waiting);
        }

        if (held.By is { } by && !rule.Through.Contains(by))
        {
            return;
        }

        foreach (var (granted, _) in rule.Elevate.Where(elevation => elevation.Value == held.Scope))
        {
            Add(new HeldScope(rule.Target, granted, rule.Target), rule, held, fromOutside, waiting);
        }
    }

    private void Add(HeldScope reached, AcceptRule rule, HeldScope held, bool fromOutside, Queue<HeldScope> waiting)
    {
        if (steps.TryAdd(reached, new Step(rule, reached.Scope, held.Scope, fromOutside ? null : held)))
        {
            waiting.Enqueue(reached);
        }
    }

    private sealed record Step(AcceptRule Rule, string Granted, string Held, HeldScope? Parent);
}
