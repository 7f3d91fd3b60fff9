using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// Which services can come to present a token with a scope that a rule elevated, over every chain. An over-approximation:
/// conditions count as met.
/// </summary>
internal sealed class ElevatedScopes
{
    private readonly RuleGraph graph;
    private readonly FrozenDictionary<string, Service> services;
    private readonly HashSet<(string Service, string Scope)> presentable = [];

    public ElevatedScopes(RuleGraph graph, FrozenDictionary<string, Service> services)
    {
        this.graph = graph;
        this.services = services;
        var waiting = new Queue<(string Service, string Scope)>();
        foreach (var (rule, _) in graph.Rules)
        {
            foreach (var granted in rule.Elevate.Keys)
            {
                // The target receives the token, but the client that asked for it may present it as well.
                Reach(rule.Target, granted, waiting);
                Reach(rule.From, granted, waiting);
            }
        }

        while (waiting.TryDequeue(out var at))
        {
            foreach (var rule in graph.From(at.Service).Where(rule => rule.Scopes.Contains(at.Scope)))
            {
                Reach(rule.Target, at.Scope, waiting);
            }
        }
    }

    /// <summary>
    /// The services by whose elevation <paramref name="service"/> can come to hold <paramref name="scope"/>, nearest first, each
    /// with the shortest chain. Lazy, because a policy can have very many.
    /// </summary>
    public IEnumerable<ElevationOrigin> OriginsOf(string service, string scope)
    {
        if (!presentable.Contains((service, scope)))
        {
            yield break;
        }

        var found = new HashSet<string>(StringComparer.Ordinal);
        var onwards = new Dictionary<string, ImmutableStack<ScopeStep>>(StringComparer.Ordinal) { [service] = [] };
        var waiting = new Queue<string>([service]);
        while (waiting.TryDequeue(out var at))
        {
            foreach (var rule in graph.To(at).Concat(graph.From(at)).Where(rule => rule.Elevate.ContainsKey(scope)))
            {
                if (found.Add(rule.Target))
                {
                    yield return new ElevationOrigin(rule.Target, onwards[at].Push(new ScopeStep(rule, scope, rule.Elevate[scope])));
                }
            }

            foreach (var rule in graph.To(at).Where(rule => rule.Scopes.Contains(scope) && presentable.Contains((rule.From, scope))))
            {
                if (onwards.TryAdd(rule.From, onwards[at].Push(new ScopeStep(rule, scope, scope))))
                {
                    waiting.Enqueue(rule.From);
                }
            }
        }
    }

    private void Reach(string service, string scope, Queue<(string Service, string Scope)> waiting)
    {
        // A service can't pass on or rest an elevation on a scope beyond its own.
        if (services[service].Scopes.Contains(scope) && presentable.Add((service, scope)))
        {
            waiting.Enqueue((service, scope));
        }
    }
}

/// <param name="By">The service whose rule elevates.</param>
/// <param name="Chain">The exchanges from that one on.</param>
internal sealed record ElevationOrigin(string By, IEnumerable<ScopeStep> Chain);
