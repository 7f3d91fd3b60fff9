using System.Runtime.InteropServices;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// Which scopes each service can come to present, were every condition met: one pass forward over the whole policy, where
/// <see cref="ChainSearch"/> answers one question exactly. What it calls unreachable is.
/// </summary>
internal sealed class ScopeFlow
{
    private readonly PolicySnapshot policy;
    private readonly HashSet<string> entries;
    private readonly HashSet<string> targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> presentable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> granted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<AcceptRule>> byClient = new(StringComparer.Ordinal);

    public ScopeFlow(PolicySnapshot policy)
    {
        this.policy = policy;
        entries = policy.TrustedIssuers.Values.SelectMany(issuer => issuer.Audiences).ToHashSet(StringComparer.Ordinal);
        foreach (var rule in policy.Rules.Values.SelectMany(rules => rules))
        {
            targets.Add(rule.Target);
            (CollectionsMarshal.GetValueRefOrAddDefault(byClient, rule.From, out _) ??= []).Add(rule);
        }

        var waiting = new Queue<string>();
        foreach (var service in policy.Services.Values)
        {
            if (IsEntry(service))
            {
                Hold(service.Name, service.Scopes.Values, waiting);
            }

            foreach (var rule in byClient.GetValueOrDefault(service.Name) ?? [])
            {
                if (BeginsHere(rule))
                {
                    Give(rule, service.Scopes.Values.Contains, waiting);
                }
            }
        }

        while (waiting.TryDequeue(out var at))
        {
            var held = presentable[at];
            foreach (var rule in byClient.GetValueOrDefault(at) ?? [])
            {
                Give(rule, held.Contains, waiting);
            }

            foreach (var edge in policy.Sharing.ReusesOf(at))
            {
                Hold(edge.Target, held.Where(edge.Scopes.Contains), waiting);
            }
        }
    }

    /// <summary>What a rule can rest on.</summary>
    public static IEnumerable<string> NeedsOf(AcceptRule rule) => rule.Scopes.Values.Concat(rule.Elevate.Values);

    /// <summary>True where a trusted issuer's <c>audiences</c> name the service.</summary>
    public bool IsEntry(Service service) => entries.Contains(service.Audience);

    /// <summary>True where a rule gives tokens for it.</summary>
    public bool IsTarget(string service) => targets.Contains(service);

    /// <summary>True where a token for the service can come to hold the scope.</summary>
    public bool Reaches(string service, string scope) => granted.TryGetValue(service, out var scopes) && scopes.Contains(scope);

    /// <summary>True where the rule's caller has something to present.</summary>
    public bool HasToken(AcceptRule rule) => BeginsHere(rule) || presentable.ContainsKey(rule.From);

    public bool CanPresent(AcceptRule rule, string scope) => BeginsHere(rule) ? policy.Services[rule.From].Scopes.Contains(scope) : CanPresent(rule.From, scope);

    public bool CanPresent(string service, string scope) => presentable.TryGetValue(service, out var scopes) && scopes.Contains(scope);

    /// <summary>An own token, or a grant, which is for us: nobody need have received anything.</summary>
    private static bool BeginsHere(AcceptRule rule) => rule.Grants.HasFlag(Grants.ClientCredentials) || rule.Grants.HasFlag(Grants.JwtBearer);

    private void Give(AcceptRule rule, Func<string, bool> holds, Queue<string> waiting)
    {
        var client = policy.Services[rule.From];
        string[] scopes =
        [
            .. rule.Scopes.Values.Where(scope => holds(scope) && client.Scopes.Contains(scope)),
            .. rule.Elevate.Where(elevation => holds(elevation.Value) && client.Scopes.Contains(elevation.Value)).Select(elevation => elevation.Key),
        ];
        if (scopes.Length == 0 && (!rule.Scopes.IsEmpty || rule.Elevate.Count != 0))
        {
            return;
        }

        (CollectionsMarshal.GetValueRefOrAddDefault(granted, rule.Target, out _) ??= new(StringComparer.Ordinal)).UnionWith(scopes);
        if (policy.Services[rule.Target].TokenFormat != TokenFormat.AuthorizationGrant)
        {
            Hold(rule.Target, scopes, waiting);
            Hold(rule.From, scopes, waiting);
        }
    }

    private void Hold(string service, IEnumerable<string> scopes, Queue<string> waiting)
    {
        ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(presentable, service, out var isKnown);
        held ??= new(StringComparer.Ordinal);
        var before = held.Count;
        held.UnionWith(scopes);
        if (!isKnown || held.Count != before)
        {
            waiting.Enqueue(service);
        }
    }
}
