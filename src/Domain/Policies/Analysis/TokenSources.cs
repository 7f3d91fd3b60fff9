using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>By which rules a service comes to hold tokens that it may present: for itself, for others, and handed on.</summary>
internal sealed class TokenSources
{
    private static readonly List<AcceptRule> None = [];

    private readonly PolicySnapshot policy;
    private readonly Dictionary<string, List<AcceptRule>> byClient;
    private readonly Dictionary<string, List<AcceptRule>> byTarget;
    private readonly ILookup<string, ImmutableArray<ReuseEdge>> handedOn;

    public TokenSources(PolicySnapshot policy)
    {
        this.policy = policy;
        // In the order of the names, so that the same policy gives the same chains: sorted by one end, then taken by the other.
        string[] names = [.. policy.Services.Keys.Order(StringComparer.Ordinal)];
        var unsorted = Grouped(policy.Rules.Values.SelectMany(rules => rules), rule => rule.From);
        byTarget = Grouped(names.SelectMany(client => unsorted.GetValueOrDefault(client, None)), rule => rule.Target);
        byClient = Grouped(names.SelectMany(target => byTarget.GetValueOrDefault(target, None)), rule => rule.From);
        handedOn = names.SelectMany(ClosureOf).ToLookup(path => path[^1].Target, StringComparer.Ordinal);
    }

    public IReadOnlyList<AcceptRule> For(string service) => byTarget.GetValueOrDefault(service, None);

    public IReadOnlyList<AcceptRule> By(string service) => byClient.GetValueOrDefault(service, None);

    /// <summary>Ways on which tokens for other services reach this one, each beginning at the service that the token is for.</summary>
    public IEnumerable<ImmutableArray<ReuseEdge>> HandedOnTo(string service) => handedOn[service];

    /// <summary>Every way that a token for the service can be handed on, shortest first.</summary>
    public IEnumerable<ImmutableArray<ReuseEdge>> ClosureOf(string service)
    {
        var waiting = new Queue<ImmutableArray<ReuseEdge>>(policy.Sharing.ReusesOf(service).Select(edge => ImmutableArray.Create(edge)));
        while (waiting.TryDequeue(out var path))
        {
            yield return path;
            foreach (var edge in policy.Sharing.ReusesOf(path[^1].Target).Where(edge => edge.Target != service && !path.Any(earlier => earlier.Target == edge.Target)))
            {
                waiting.Enqueue(path.Add(edge));
            }
        }
    }

    /// <summary>What the service can present, with the way on which it was handed on.</summary>
    public IEnumerable<(AcceptRule Rule, ImmutableArray<ReuseEdge> Path)> Of(string service)
    {
        foreach (var rule in For(service).Concat(By(service)).Where(IsPresentable))
        {
            yield return (rule, []);
        }

        foreach (var path in handedOn[service])
        {
            foreach (var rule in For(path[0].Client).Where(IsPresentable))
            {
                yield return (rule, path);
            }
        }
    }

    /// <summary>Which of the wanted tokens the rule gives in such a form that they may be handed on along the path.</summary>
    public IEnumerable<Demand> Admitted(AcceptRule rule, Demand wanted, ImmutableArray<ReuseEdge> path)
    {
        if (path.IsEmpty)
        {
            return [wanted];
        }

        if (rule.PairwiseSubject || rule.Grants == Grants.ClientCredentials)
        {
            return [];
        }

        if (wanted.Issuers is { } named)
        {
            ImmutableArray<string> trusted = [.. named.Where(issuer => issuer != policy.Issuer)];
            if (trusted.IsEmpty)
            {
                return [];
            }

            wanted = wanted.WithIssuers(trusted);
        }

        foreach (var mapping in rule.Claims.Where(mapping => mapping.Claim == MayAct.ClaimName || !path.All(edge => edge.Claims.Contains(mapping.Claim))))
        {
            wanted = wanted.WithClaim(ClaimDemand.Absent(mapping.Claim));
        }

        return Scoped(rule, wanted, path);
    }

    private static IEnumerable<Demand> Scoped(AcceptRule rule, Demand wanted, ImmutableArray<ReuseEdge> path)
    {
        if (!wanted.Scopes.IsEmpty)
        {
            return wanted.Scopes.All(scope => path.All(edge => edge.Scopes.Contains(scope.Key))) ? [wanted] : [];
        }

        if (rule.Scopes.IsEmpty && rule.Elevate.Count == 0)
        {
            return path.All(edge => edge.Scopes.IsEmpty) ? [wanted] : [];
        }

        return rule.Scopes.Values.Concat(rule.Elevate.Keys).Distinct(StringComparer.Ordinal)
            .Where(scope => path.All(edge => edge.Scopes.Contains(scope)))
            .Select(scope => wanted.WithScope(scope, Origins.Any)!);
    }

    /// <summary>Each group in the order in which its rules come.</summary>
    private static Dictionary<string, List<AcceptRule>> Grouped(IEnumerable<AcceptRule> rules, Func<AcceptRule, string> key)
    {
        var groups = new Dictionary<string, List<AcceptRule>>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(groups, key(rule), out _) ??= []).Add(rule);
        }

        return groups;
    }

    /// <summary>An authorization grant is for another authorization server; here it opens nothing.</summary>
    private bool IsPresentable(AcceptRule rule) => policy.Services[rule.Target].TokenFormat != TokenFormat.AuthorizationGrant;
}
