namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// Which scopes each service can come to present, were every condition met: one pass forward over the whole policy, where
/// <see cref="ChainSearch"/> answers one question exactly. What it calls unreachable is.
/// </summary>
internal sealed class ScopeFlow
{
    /// <summary>Stands for a token of which nothing is asked; no scope is empty.</summary>
    private const string NoScope = "";

    private readonly HashSet<string> entries;
    private readonly Dictionary<string, Holder> holders;

    public ScopeFlow(PolicySnapshot policy)
    {
        entries = policy.TrustedIssuers.Values.SelectMany(issuer => issuer.Audiences).ToHashSet(StringComparer.Ordinal);
        holders = policy.Services.Values.ToDictionary(service => service.Name, service => new Holder(service), StringComparer.Ordinal);
        foreach (var rule in policy.Rules.Values.SelectMany(rules => rules))
        {
            var target = holders[rule.Target];
            target.IsTarget = true;
            holders[rule.From].Rules.Add(new Step(rule, target));
        }

        var waiting = new Queue<(Holder Holder, string? Scope)>();
        foreach (var holder in holders.Values)
        {
            if (IsEntry(holder.Service))
            {
                holder.Hold(null, waiting);
                foreach (var scope in holder.Service.Scopes.Values)
                {
                    holder.Hold(scope, waiting);
                }
            }

            foreach (var step in holder.Rules.Where(step => BeginsHere(step.Rule)))
            {
                Give(holder, step, null, waiting);
                foreach (var scope in holder.Service.Scopes.Values)
                {
                    Give(holder, step, scope, waiting);
                }
            }
        }

        while (waiting.TryDequeue(out var at))
        {
            foreach (var step in at.Holder.Rules)
            {
                Give(at.Holder, step, at.Scope, waiting);
            }

            foreach (var edge in policy.Sharing.ReusesOf(at.Holder.Service.Name))
            {
                if (at.Scope is null ? edge.Scopes.IsEmpty : edge.Scopes.Contains(at.Scope))
                {
                    holders[edge.Target].Receive(at.Scope, waiting);
                }
            }
        }
    }

    /// <summary>What a rule can rest on.</summary>
    public static IEnumerable<string> NeedsOf(AcceptRule rule) => rule.Scopes.Values.Concat(rule.Elevate.Values);

    /// <summary>True where a trusted issuer's <c>audiences</c> name the service.</summary>
    public bool IsEntry(Service service) => entries.Contains(service.Audience);

    /// <summary>True where a rule gives tokens for it.</summary>
    public bool IsTarget(string service) => holders[service].IsTarget;

    /// <summary>True where a token for the service can come to hold the scope.</summary>
    public bool Reaches(string service, string scope) => holders[service].Granted.Contains(scope);

    /// <summary>True where the rule's caller has something to present.</summary>
    public bool HasToken(AcceptRule rule) => BeginsHere(rule) || holders[rule.From].Presentable.Count != 0;

    public bool CanPresent(AcceptRule rule, string scope) =>
        BeginsHere(rule) ? holders[rule.From].Service.Scopes.Contains(scope) : CanPresent(rule.From, scope);

    public bool CanPresent(string service, string scope) => holders[service].Presentable.Contains(scope);

    /// <summary>An own token, or a grant, which is for us: nobody need have received anything.</summary>
    private static bool BeginsHere(AcceptRule rule) => (rule.Grants & (Grants.ClientCredentials | Grants.JwtBearer)) != Grants.None;

    /// <summary>What the rule makes of a token that holds the scope, or of one that holds none.</summary>
    private static void Give(Holder from, Step step, string? held, Queue<(Holder Holder, string? Scope)> waiting)
    {
        var rule = step.Rule;
        if (held is null)
        {
            if (rule.Scopes.IsEmpty && rule.Elevate.Count == 0)
            {
                Grant(from, step.Target, null, waiting);
            }

            return;
        }

        if (!from.Service.Scopes.Contains(held))
        {
            return;
        }

        if (rule.Scopes.Contains(held))
        {
            Grant(from, step.Target, held, waiting);
        }

        foreach (var (granting, needed) in rule.Elevate)
        {
            if (needed == held)
            {
                Grant(from, step.Target, granting, waiting);
            }
        }
    }

    private static void Grant(Holder from, Holder target, string? scope, Queue<(Holder Holder, string? Scope)> waiting)
    {
        if (scope is not null)
        {
            target.Granted.Add(scope);
        }

        if (target.Service.TokenFormat != TokenFormat.AuthorizationGrant)
        {
            target.Receive(scope, waiting);
            from.Receive(scope, waiting);
        }
    }

    /// <summary>A rule, seen from its caller.</summary>
    private readonly record struct Step(AcceptRule Rule, Holder Target);

    /// <summary>A service and what it can come to have.</summary>
    private sealed class Holder(Service service)
    {
        public Service Service { get; } = service;

        public bool IsTarget { get; set; }

        /// <summary>By which it asks.</summary>
        public List<Step> Rules { get; } = [];

        public HashSet<string> Presentable { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Granted { get; } = new(StringComparer.Ordinal);

        /// <summary>A token with a scope is also one to present where no scope is asked for.</summary>
        public void Receive(string? scope, Queue<(Holder Holder, string? Scope)> waiting)
        {
            Hold(null, waiting);
            if (scope is not null)
            {
                Hold(scope, waiting);
            }
        }

        public void Hold(string? scope, Queue<(Holder Holder, string? Scope)> waiting)
        {
            if (Presentable.Add(scope ?? NoScope))
            {
                waiting.Enqueue((this, scope));
            }
        }
    }
}
