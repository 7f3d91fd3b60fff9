using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// What tokens can come to be under a policy, over every chain of exchanges: elevation, delegation, reuse and embedding
/// included. The one answer for loading, the tool and tests. It errs on one side only: what it calls impossible is.
/// </summary>
public sealed class PolicyAnalyser
{
    private readonly PolicySnapshot policy;
    private readonly TokenSources sources;
    private readonly Possession possession;
    private readonly ChainSearch search;

    public PolicyAnalyser(PolicySnapshot policy)
    {
        this.policy = policy;
        sources = new TokenSources(policy);
        possession = new Possession(policy, sources);
        search = new ChainSearch(policy, sources);
    }

    /// <summary>Null when it is proved; else the shortest chain that breaks it.</summary>
    public Chain? Disprove(Never never)
    {
        var goals = Holders(never).SelectMany(possession.Of)
            .Where(goal => never.Scope is null || goal.Grants(never.Scope))
            .Where(goal => never.Claim is null || goal.Rule.Claims.Any(mapping => mapping.Claim == never.Claim));
        return search.Find([.. goals], Wanted(never.Scope, never.Claim, never.Issuer));
    }

    /// <summary>Every service that can come to have a token in hand that the service accepts, with the shortest chain; by name.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="scope">That the token holds; null: any.</param>
    /// <param name="isDeclared">True: an issuer gives tokens only to the services that its <c>audiences</c> name.</param>
    public IEnumerable<Chain> WhoCan(string service, string? scope, bool isDeclared) => possession.ToTokensFor(service)
        .Where(goal => scope is null || goal.Grants(scope))
        .GroupBy(goal => goal.Holder, StringComparer.Ordinal)
        .OrderBy(holder => holder.Key, StringComparer.Ordinal)
        .Select(holder => Find([.. holder], Wanted(scope), isDeclared))
        .OfType<Chain>();

    /// <summary>What a stolen token of the service can become: each service and scope with the shortest chain from there.</summary>
    public IEnumerable<Chain> Reach(string service, bool isDeclared)
    {
        foreach (var (target, scope) in CandidatesFrom(service))
        {
            ImmutableArray<Goal> goals = [.. sources.For(target).Where(rule => scope is null || Grants(rule, scope)).Select(rule => new Goal(target, rule))];
            if (search.FindFrom(service, goals, Wanted(scope), isDeclared) is { } chain)
            {
                yield return chain;
            }
        }
    }

    /// <summary>Whether the caller can come to have a token for the target, with the scope, by an exchange of its own.</summary>
    public Chain? Access(Edge edge, string? scope, string? claim, bool isDeclared)
    {
        ImmutableArray<Goal> goals =
        [
            .. policy.RulesOf(edge.Client, edge.Target)
                .Select(rule => new Goal(edge.Client, rule))
                .Where(goal => scope is null || goal.Grants(scope)),
        ];
        return Find(goals, Wanted(scope, claim), isDeclared);
    }

    /// <summary>How the rule can come to elevate the scope, for somebody who doesn't hold it; null: it can't.</summary>
    internal Chain? Elevation(AcceptRule rule, string scope)
    {
        var elevated = Demand.Nothing.WithScope(scope, Origins.By(rule.Target))!;
        return search.Find([new Goal(rule.Target, rule)], elevated);
    }

    private Chain? Find(ImmutableArray<Goal> goals, Demand wanted, bool isDeclared) =>
        isDeclared ? search.FindDeclared(goals, wanted) : search.Find(goals, wanted);

    private static Demand Wanted(string? scope, string? claim = null, string? issuer = null)
    {
        var wanted = scope is null ? Demand.Nothing : Demand.Nothing.WithScope(scope, Origins.Any)!;
        wanted = claim is null ? wanted : wanted.WithClaim(ClaimDemand.Present(claim));
        return issuer is null ? wanted : wanted.WithIssuers([issuer]);
    }

    private IEnumerable<string> Holders(Never never) => (never.Service, never.Domain) switch
    {
        ({ } service, { } domain) => policy.Services[service].Domain == domain ? [service] : [],
        ({ } service, null) => [service],
        _ => policy.Services.Values.Where(service => never.Domain is null || service.Domain == never.Domain)
            .Select(service => service.Name).Order(StringComparer.Ordinal),
    };

    /// <summary>Whatever can be reached at all, were all conditions met: each service with its scopes, and without.</summary>
    private IEnumerable<(string Target, string? Scope)> CandidatesFrom(string service)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([service]);
        while (waiting.TryDequeue(out var at))
        {
            foreach (var next in sources.By(at).Select(rule => rule.Target).Concat(sources.ClosureOf(at).Select(path => path[^1].Target)))
            {
                if (next != service && reached.Add(next))
                {
                    waiting.Enqueue(next);
                }
            }
        }

        return from target in reached
               let scopes = sources.For(target).SelectMany(rule => rule.Scopes.Values.Concat(rule.Elevate.Keys)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
               from scope in scopes.DefaultIfEmpty(null)
               select (target, scope);
    }

    private static bool Grants(AcceptRule rule, string scope) => rule.Scopes.Contains(scope) || rule.Elevate.ContainsKey(scope);
}
