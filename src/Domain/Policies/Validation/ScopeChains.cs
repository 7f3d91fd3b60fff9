using System.Collections.Frozen;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>
/// How a service can come to hold a scope: the shortest chain from a service that a trusted issuer gives tokens to.
/// Conditions count as met, and an issuer may give any scope.
/// </summary>
internal sealed class ScopeChains
{
    private readonly Dictionary<(string Service, string Scope), ChainStep?> steps = [];
    private readonly RuleGraph graph;

    public ScopeChains(RuleGraph graph, FrozenDictionary<string, Service> services, FrozenDictionary<string, TrustedIssuer> issuers)
    {
        this.graph = graph;
        var audiences = issuers.Values.SelectMany(issuer => issuer.Audiences).ToHashSet(StringComparer.Ordinal);
        Follow(services.Values.Where(service => audiences.Contains(service.Audience)));
        // A foreign token may name further audiences, or a service of ours as its client: every service can hold one.
        Follow(services.Values);
    }

    /// <summary>The exchanges up to the one by which <paramref name="rule"/> grants <paramref name="granted"/>.</summary>
    public string To(AcceptRule rule, string granted)
    {
        var exchanges = new Stack<ChainStep>();
        var step = new ChainStep(rule, granted, rule.Scopes.Contains(granted) ? granted : rule.Elevate[granted]);
        for (ChainStep? at = step; at is not null; at = steps.GetValueOrDefault((at.Rule.From, at.Held)))
        {
            exchanges.Push(at);
        }

        return string.Join("; ", exchanges);
    }

    private void Follow(IEnumerable<Service> roots)
    {
        var waiting = new Queue<(string Service, string Scope)>();
        foreach (var root in roots.OrderBy(service => service.Name, StringComparer.Ordinal))
        {
            foreach (var scope in root.Scopes.Values.Where(scope => steps.TryAdd((root.Name, scope), null)))
            {
                waiting.Enqueue((root.Name, scope));
            }
        }

        while (waiting.TryDequeue(out var at))
        {
            foreach (var rule in graph.From(at.Service))
            {
                if (rule.Scopes.Contains(at.Scope))
                {
                    Reach(new ChainStep(rule, at.Scope, at.Scope), waiting);
                }

                foreach (var (granted, _) in rule.Elevate.Where(elevation => elevation.Value == at.Scope))
                {
                    Reach(new ChainStep(rule, granted, at.Scope), waiting);
                }
            }
        }
    }

    private void Reach(ChainStep step, Queue<(string Service, string Scope)> waiting)
    {
        if (steps.TryAdd((step.Rule.Target, step.Granted), step))
        {
            waiting.Enqueue((step.Rule.Target, step.Granted));
        }
    }
}
