using System.Runtime.InteropServices;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// Which scopes each service can come to present, were every condition met: one pass forward over the whole policy, where
/// <see cref="ChainSearch"/> answers one question exactly. What it calls unreachable is.
/// </summary>
internal sealed class ScopeFlow
{
    /// <summary>Stands for a token of which nothing is asked; no scope is empty.</summary>
    private const string NoScope = "";

    private static readonly List<AcceptRule> None = [];

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

        var waiting = new Queue<(string Service, string? Scope)>();
        foreach (var service in policy.Services.Values)
        {
            if (IsEntry(service))
            {
                Hold(service.Name, null, waiting);
                foreach (var scope in service.Scopes.Values)
                {
                    Hold(service.Name, scope, waiting);
                }
            }

            foreach (var rule in RulesBy(service.Name).Where(BeginsHere))
            {
                Give(rule, null, waiting);
                foreach (var scope in service.Scopes.Values)
                {
                    Give(rule, scope, waiting);
                }
            }
        }

        while (waiting.TryDequeue(out var at))
        {
            foreach (var rule in RulesBy(at.Service))
            {
                Give(rule, at.Scope, waiting);
            }

            foreach (var edge in policy.Sharing.ReusesOf(at.Service))
            {
                if (at.Scope is null ? edge.Scopes.IsEmpty : edge.Scopes.Contains(at.Scope))
                {
                    Receive(edge.Target, at.Scope, waiting);
                }
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

    private List<AcceptRule> RulesBy(string client) => byClient.GetValueOrDefault(client, None);

    /// <summary>What the rule makes of a token that holds the scope, or of one that holds none.</summary>
    private void Give(AcceptRule rule, string? held, Queue<(string Service, string? Scope)> waiting)
    {
        if (held is null)
        {
            if (rule.Scopes.IsEmpty && rule.Elevate.Count == 0)
            {
                Grant(rule, null, waiting);
            }

            return;
        }

        if (!policy.Services[rule.From].Scopes.Contains(held))
        {
            return;
        }

        if (rule.Scopes.Contains(held))
        {
            Grant(rule, held, waiting);
        }

        foreach (var (granting, needed) in rule.Elevate)
        {
            if (needed == held)
            {
                Grant(rule, granting, waiting);
            }
        }
    }

    private void Grant(AcceptRule rule, string? scope, Queue<(string Service, string? Scope)> waiting)
    {
        if (scope is not null)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(granted, rule.Target, out _) ??= new(StringComparer.Ordinal)).Add(scope);
        }

        if (policy.Services[rule.Target].TokenFormat != TokenFormat.AuthorizationGrant)
        {
            Receive(rule.Target, scope, waiting);
            Receive(rule.From, scope, waiting);
        }
    }

    /// <summary>A token with a scope is also one to present where no scope is asked for.</summary>
    private void Receive(string service, string? scope, Queue<(string Service, string? Scope)> waiting)
    {
        Hold(service, null, waiting);
        if (scope is not null)
        {
            Hold(service, scope, waiting);
        }
    }

    private void Hold(string service, string? scope, Queue<(string Service, string? Scope)> waiting)
    {
        ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(presentable, service, out _);
        held ??= new(StringComparer.Ordinal);
        if (held.Add(scope ?? NoScope))
        {
            waiting.Enqueue((service, scope));
        }
    }
}
