using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// Finds the shortest chain of exchanges to a token, from the token back to where chains begin. It visits only what the
/// token can come from, and a way back is followed once, so that its time grows with the rules on those ways.
/// </summary>
internal sealed class ChainSearch(PolicySnapshot policy, TokenSources sources)
{
    private readonly RuleSteps steps = new(policy);

    /// <summary>
    /// Null: no exchange gives such a token. A chain from a service that an issuer's <c>audiences</c> name comes first; but an issuer
    /// may name further audiences and clients in its tokens, so any service can hold one.
    /// </summary>
    public Chain? Find(ImmutableArray<Goal> goals, Demand wanted)
    {
        // One search for both: it looks on after the first chain of the second kind, and what is impossible is walked through once.
        var run = new Run((holder, demand) => RootOf(holder, demand, isDeclared: true), IsFromRoots: true)
        {
            OtherRootOf = (holder, demand) => RootOf(holder, demand, isDeclared: false),
        };
        return Search(run, goals, wanted) ?? run.SecondBest;
    }

    /// <summary>Only chains that begin with a token for a service that its issuer's <c>audiences</c> name, a grant, or an own token.</summary>
    public Chain? FindDeclared(ImmutableArray<Goal> goals, Demand wanted) =>
        Search(new Run((holder, demand) => RootOf(holder, demand, isDeclared: true), IsFromRoots: true), goals, wanted);

    /// <summary>What can be made of a token that the service itself can come to hold.</summary>
    public Chain? FindFrom(string service, ImmutableArray<Goal> goals, Demand wanted, bool isDeclared)
    {
        var run = new Run(IsFromRoots: false, RootOf: (holder, demand) => holder == service && IsReachable(demand)
            ? new ChainRoot(RootKind.Stolen, policy.Issuer, service, ScopesOf(demand), ClaimsOf(demand))
            : null);
        return Search(run, goals, wanted);

        bool IsReachable(Demand demand)
        {
            if (RootOf(service, demand, isDeclared) is not null)
            {
                return true;
            }

            var walk = new Run((holder, held) => RootOf(holder, held, isDeclared), IsFromRoots: true);
            walk.Waiting.Enqueue(new Node(service, demand, null, Demand.Nothing, [], null, null));
            return Walk(walk) is not null;
        }
    }

    private Chain? Search(Run run, ImmutableArray<Goal> goals, Demand wanted)
    {
        // A chain begins with a trusted issuer, or with ourselves: a service's own token.
        Demand[] starts = wanted.Issuers is null ? [wanted, wanted.WithIssuers([policy.Issuer])] : [wanted];
        foreach (var goal in goals)
        {
            foreach (var start in starts)
            {
                if (Expand(run, goal.Rule, start, goal.Path, goal.Carriers, null, goal) is { } chain)
                {
                    return chain;
                }
            }
        }

        return Walk(run);
    }

    private Chain? Walk(Run run)
    {
        while (run.Waiting.TryDequeue(out var node))
        {
            if (!node.Demand.Types.Any(type => Demand.OwnTypes.Contains(type)))
            {
                continue;
            }

            foreach (var (rule, path) in sources.Of(node.Holder))
            {
                if (Expand(run, rule, node.Demand, path, [], node, null) is { } chain)
                {
                    return chain;
                }
            }
        }

        return null;
    }

    /// <summary>One exchange further back; the chain when that is where one begins.</summary>
    private Chain? Expand(
        Run run, AcceptRule rule, Demand wanted, ImmutableArray<ReuseEdge> path, ImmutableArray<AcceptRule> carriers, Node? then, Goal? goal)
    {
        // Its client and its target both have what the rule gives: the way back from there is one.
        if (path.IsEmpty && carriers.IsEmpty && goal?.Partner is null && !run.Expanded.Add((rule, wanted.Key)))
        {
            return null;
        }

        foreach (var admitted in Admitted(rule, wanted, path, goal))
        {
            var last = new Node(rule.From, Demand.Nothing, rule, admitted, path, then, goal);
            if (run.IsFromRoots && carriers.IsEmpty && (OwnToken(last) ?? AuthorizationGrant(last)) is { } begun)
            {
                return begun;
            }

            foreach (var presented in steps.Before(rule, admitted, isEmbedded: !carriers.IsEmpty, goal?.Partner))
            {
                var node = last with { Demand = presented, IsCarried = !carriers.IsEmpty };
                if (!carriers.IsEmpty)
                {
                    if (Expand(run, carriers[^1], presented, [], carriers.RemoveAt(carriers.Length - 1), node, null) is { } carried)
                    {
                        return carried;
                    }
                }
                else if (run.Visited.Add((node.Holder, presented.Key)))
                {
                    if (run.RootOf(node.Holder, presented) is { } root)
                    {
                        return node.ToChain(root);
                    }

                    if (run.SecondBest is null && run.OtherRootOf?.Invoke(node.Holder, presented) is { } other)
                    {
                        run.SecondBest = node.ToChain(other);
                    }

                    run.Waiting.Enqueue(node);
                }
            }
        }

        return null;
    }

    private IEnumerable<Demand> Admitted(AcceptRule rule, Demand wanted, ImmutableArray<ReuseEdge> path, Goal? goal)
    {
        var granted = goal?.Partner is { } other ? RuleSteps.Shared(rule, other, wanted) : Granted(rule, wanted, goal);
        return path.IsEmpty ? granted : granted.SelectMany(demand => sources.Admitted(rule, demand, path));
    }

    /// <summary>
    /// A question without a scope is about any token, but a token that is presented without one has none: another could meet conditions of
    /// a rule that must not match.
    /// </summary>
    private static IEnumerable<Demand> Granted(AcceptRule rule, Demand wanted, Goal? goal) => goal is not null
        ? RuleSteps.IssuedOf(rule, wanted).Select(wanted.WithScopes)
        : wanted.Scopes.IsEmpty && (!rule.Scopes.IsEmpty || rule.Elevate.Count != 0) ? [] : [wanted];

    private Chain? OwnToken(Node first) =>
        first.Path.IsEmpty && steps.GivesOwn(first.Rule!, first.Granted) && (first.Goal?.Partner is not { } other || steps.GivesOwn(other, first.Granted))
            ? first.ToChain(new ChainRoot(RootKind.OwnToken, policy.Issuer, first.Holder, [], []))
            : null;

    private Chain? AuthorizationGrant(Node first)
    {
        foreach (var presented in steps.BeforeGrant(first.Rule!, first.Granted, first.Goal?.Partner))
        {
            if (IssuersFor(presented).FirstOrDefault(issuer => issuer.GrantLifetime is not null) is { } issuer && CanBeIssued(presented))
            {
                return (first with { Demand = presented })
                    .ToChain(new ChainRoot(RootKind.Grant, issuer.Issuer, first.Holder, ScopesOf(presented), ClaimsOf(presented)));
            }
        }

        return null;
    }

    /// <summary>Null where no issuer can give the service such a token.</summary>
    private ChainRoot? RootOf(string holder, Demand demand, bool isDeclared)
    {
        var audience = policy.Services[holder].Audience;
        return CanBeIssued(demand)
            && IssuersFor(demand).FirstOrDefault(issuer => Array.Exists([.. demand.Types], type => CanBeOfType(issuer, demand, type))
                && (!isDeclared || issuer.Audiences.Contains(audience))) is { } issuer
            ? new ChainRoot(
                issuer.Audiences.Contains(audience) ? RootKind.Login : RootKind.FurtherAudience,
                issuer.Issuer, holder, ScopesOf(demand), ClaimsOf(demand))
            : null;
    }

    private IEnumerable<TrustedIssuer> IssuersFor(Demand demand) => demand.Issuers is { } named
        ? named.Select(issuer => policy.TrustedIssuers.GetValueOrDefault(issuer)).OfType<TrustedIssuer>()
        : policy.TrustedIssuers.Values.OrderBy(issuer => issuer.Issuer, StringComparer.Ordinal);

    private static bool CanBeIssued(Demand demand) =>
        demand.Scopes.All(scope => scope.Value.AdmitsNotElevated) && ClaimDemand.CanAllHold(demand.Claims);

    private static bool CanBeOfType(TrustedIssuer issuer, Demand demand, string type) => type switch
    {
        TokenTypeIdentifiers.IdToken => demand.Scopes.All(scope => scope.Key == "openid"),
        TokenTypeIdentifiers.Saml2 => issuer.Saml is { } saml && demand.Scopes.All(scope => saml.Scopes.Contains(scope.Key)),
        _ => true,
    };

    private static ImmutableArray<string> ClaimsOf(Demand demand) =>
    [
        .. demand.Claims.Where(claim => claim.MustHold).GroupBy(claim => claim.Condition.Claim, StringComparer.Ordinal)
            .Select(claim => claim.Select(one => one.Condition.AnyOf).FirstOrDefault(values => values is { IsEmpty: false }) is { } values ? $"{claim.Key}={values[0]}" : claim.Key),
    ];

    private static ImmutableArray<string> ScopesOf(Demand demand) => [.. demand.Scopes.Select(scope => scope.Key)];

    /// <summary>One search: where chains begin, and what was seen.</summary>
    private sealed record Run(Func<string, Demand, ChainRoot?> RootOf, bool IsFromRoots)
    {
        public HashSet<(string Holder, string Demand)> Visited { get; } = [];

        public HashSet<(AcceptRule Rule, string Wanted)> Expanded { get; } = [];

        public Queue<Node> Waiting { get; } = new();

        /// <summary>Where a chain may begin if need be; null: nowhere else.</summary>
        public Func<string, Demand, ChainRoot?>? OtherRootOf { get; init; }

        /// <summary>The first chain that begins there.</summary>
        public Chain? SecondBest { get; set; }
    }
}
