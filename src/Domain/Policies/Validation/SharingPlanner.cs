using System.Collections.Frozen;
using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>
/// Gives every edge one outcome with a reason. The owner of the target asks by <c>share</c>; asking for what is unsafe or
/// can't be is a mistake. Its time grows with the number of edges.
/// </summary>
internal sealed class SharingPlanner
{
    private readonly FrozenDictionary<string, Service> services;
    private readonly TimeSpan maxLifetime;
    private readonly Mistakes mistakes;
    private readonly ILookup<string, AcceptRule> rulesByTarget;
    private readonly Dictionary<string, HeldTokens> heldBySubject = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ReuseEdge>> reuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> longestLives = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> embeds = new(StringComparer.Ordinal);

    private SharingPlanner(IReadOnlyList<PlacedRule> rules, FrozenDictionary<string, Service> services, TimeSpan maxLifetime, Mistakes mistakes)
    {
        (this.services, this.maxLifetime, this.mistakes) = (services, maxLifetime, mistakes);
        rulesByTarget = rules.ToLookup(rule => rule.Rule.Target, rule => rule.Rule, StringComparer.Ordinal);
    }

    public static SharingPlan Plan(
        List<PlacedRule> rules, List<PlacedEdge> edges, FrozenDictionary<string, Service> services, TimeSpan maxLifetime, Mistakes mistakes)
    {
        var planner = new SharingPlanner(rules, services, maxLifetime, mistakes);
        var planned = edges.ConvertAll(edge => planner.Plan(services[edge.Edge.Client], services[edge.Edge.Target], edge));
        return new SharingPlan(
            [.. planned.Zip(edges, planner.WithClosure)], planner.reuses.Values.SelectMany(all => all));
    }

    private PlannedEdge Plan(Service caller, Service target, PlacedEdge all)
    {
        var (placed, rules) = (all.Placed, all.Rules);
        if (rules.Any(rule => !rule.Grants.HasFlag(Grants.TokenExchange)))
        {
            placed = placed.RemoveAll(rule => !rule.Rule.Grants.HasFlag(Grants.TokenExchange));
            rules = [.. placed.Select(rule => rule.Rule)];
        }

        var (outcome, reason) = Outcome(caller, target, placed, rules);
        return new PlannedEdge
        {
            Client = caller.Name,
            Target = target.Name,
            Audience = target.Audience,
            Outcome = outcome,
            Reason = reason,
            Scopes = rules is [{ Elevate.Count: 0 } rule] ? rule.Scopes : ScopeSet.Of(rules.SelectMany(HeldTokens.ScopesOf).Where(scope => ScopeSet.IsScopeToken(scope))),
        };
    }

    private (SharingOutcome Outcome, string Reason) Outcome(Service caller, Service target, ImmutableArray<PlacedRule> placed, ImmutableArray<AcceptRule> rules)
    {
        if (rules.IsEmpty)
        {
            return (SharingOutcome.Deny, $"no rule of {target.Name} lets {caller.Name} exchange a token");
        }

        if (!caller.Grants.HasFlag(Grants.TokenExchange))
        {
            return (SharingOutcome.Deny, $"{caller.Name} may not exchange tokens");
        }

        foreach (var other in placed)
        {
            if (other.Rule.Share != rules[0].Share)
            {
                mistakes.Add(
                    other.Config.Share?.At ?? other.Config.At,
                    $"the rules of '{target.Name}' for '{caller.Name}' differ in share, expected the same in each");
                break;
            }
        }

        return rules[0].Share switch
        {
            ShareStrategy.Reuse => PlanReuse(caller, target, placed[0].Config.Share!, rules),
            ShareStrategy.Embed => PlanEmbed(caller, target, placed),
            ShareStrategy.Exchange => (SharingOutcome.Exchange, $"{target.Name} asks for it"),
            _ => (SharingOutcome.Exchange, ExplainExchange(caller, target, rules)),
        };
    }

    private (SharingOutcome Outcome, string Reason) PlanReuse(Service caller, Service target, ConfigText share, ImmutableArray<AcceptRule> rules)
    {
        if (caller.Domain != target.Domain)
        {
            mistakes.Add(
                share.At,
                $"reuse would hand the token of '{caller.Name}' from domain '{caller.Domain}' to domain '{target.Domain}', expected exchange or embed");
            return (SharingOutcome.Exchange, Outside(caller, target));
        }

        var held = HeldBy(caller);
        if (held.Rules.IsEmpty)
        {
            return (SharingOutcome.Exchange, $"no rule gives {caller.Name} a token that it could hand on");
        }

        if (ReuseObstacles.Find(caller, target, rules, held, maxLifetime) is { } obstacle)
        {
            mistakes.Add(share.At, $"reuse refused: {obstacle}, expected exchange or embed");
            return (SharingOutcome.Exchange, $"reuse refused: {obstacle}");
        }

        var edge = new ReuseEdge
        {
            Client = caller.Name,
            Target = target.Name,
            Audience = target.Audience,
            Scopes = rules[0].Scopes,
            Claims = rules[0].Claims.Select(claim => claim.Claim).ToFrozenSet(StringComparer.Ordinal),
            Lifetime = rules[0].Lifetime ?? maxLifetime,
        };
        (reuses.TryGetValue(caller.Name, out var edges) ? edges : reuses[caller.Name] = []).Add(edge);
        return (SharingOutcome.Reuse, $"{target.Name} is in domain {caller.Domain}{ExceptFor(edge, held)}");
    }

    private (SharingOutcome Outcome, string Reason) PlanEmbed(Service caller, Service target, ImmutableArray<PlacedRule> rules)
    {
        var share = rules[0].Config.Share!;
        if (EmbedObstacles.Find(caller, target) is { } obstacle)
        {
            mistakes.Add(share.At, $"embed refused: {obstacle}, expected exchange");
            return (SharingOutcome.Exchange, $"embed refused: {obstacle}");
        }

        if (!rulesByTarget.Contains(caller.Name))
        {
            return (SharingOutcome.Exchange, $"no rule gives {caller.Name} a token that could carry another");
        }

        embeds[caller.Name] = embeds.GetValueOrDefault(caller.Name) + 1;
        if (embeds[caller.Name] == SharingPlan.MaxEmbedded + 1)
        {
            mistakes.Add(share.At, $"a token for '{caller.Name}' would carry more than {SharingPlan.MaxEmbedded} others, expected exchange for the rest");
        }

        foreach (var (rule, config) in rules)
        {
            var longest = LongestLifeFor(caller);
            if (rule.Lifetime < longest)
            {
                mistakes.Warn(
                    config.Lifetime!.At,
                    $"a token embedded for '{target.Name}' expires after {rule.Lifetime.Value.TotalSeconds:0} s, before the one for '{caller.Name}' that carries it ({longest.TotalSeconds:0} s): from then on it is exchanged");
            }
        }

        return (SharingOutcome.Embed, $"{target.Name} asks for it");
    }

    private TimeSpan LongestLifeFor(Service service)
    {
        if (!longestLives.TryGetValue(service.Name, out var longest))
        {
            longest = rulesByTarget[service.Name].Max(rule => rule.Lifetime < maxLifetime ? rule.Lifetime.Value : maxLifetime);
            longestLives[service.Name] = longest;
        }

        return longest;
    }

    /// <summary>Nothing was asked for: what would have to change for reuse.</summary>
    private string ExplainExchange(Service caller, Service target, ImmutableArray<AcceptRule> rules)
    {
        if (caller.Domain != target.Domain)
        {
            return Outside(caller, target);
        }

        var held = HeldBy(caller);
        if (held.Rules.IsEmpty)
        {
            return $"no rule gives {caller.Name} a token that it could hand on";
        }

        // Over the sum of what is held, because there can be as many rules as edges.
        var obstacle = UnseenScopes(held, rules[0].Scopes) is { Count: > 0 } unseen
            ? $"{target.Name} would receive {HeldTokens.Listed(unseen)}"
            : ReuseObstacles.FindOfEdge(caller, target, rules);
        return obstacle is null ? $"{target.Name} does not ask for reuse" : $"reuse refused: {obstacle}";
    }

    private static List<string> UnseenScopes(HeldTokens held, ScopeSet seen)
    {
        var unseen = new List<string>();
        foreach (var scope in held.Scopes)
        {
            if (!seen.Contains(scope))
            {
                unseen.Add(scope);
            }
        }

        return unseen;
    }

    private PlannedEdge WithClosure(PlannedEdge edge, PlacedEdge placed)
    {
        if (edge.Outcome != SharingOutcome.Reuse)
        {
            return edge;
        }

        if (ClosureFrom(edge.Client).Length > SharingPlan.MaxClosure)
        {
            mistakes.Add(
                placed.Placed[0].Config.Share!.At,
                $"a token for '{edge.Client}' could be handed on to more than {SharingPlan.MaxClosure} services, expected exchange for the rest");
        }

        return edge with
        {
            Closure = [edge.Audience, .. ClosureFrom(edge.Target).Where(service => service != edge.Client).Select(service => services[service].Audience)],
        };
    }

    /// <summary>Every service that reuse reaches from this one, nearest first; stops one beyond the most that may be.</summary>
    private ImmutableArray<string> ClosureFrom(string service)
    {
        var reached = new List<string> { service };
        for (var at = 0; at < reached.Count; at++)
        {
            foreach (var edge in reuses.GetValueOrDefault(reached[at]) ?? [])
            {
                if (!reached.Contains(edge.Target))
                {
                    reached.Add(edge.Target);
                    if (reached.Count > SharingPlan.MaxClosure + 1)
                    {
                        return [.. reached.Skip(1)];
                    }
                }
            }
        }

        return [.. reached.Skip(1)];
    }

    /// <summary>What a service receives in a user's name: its own token is never handed on.</summary>
    private HeldTokens HeldBy(Service service)
    {
        if (!heldBySubject.TryGetValue(service.Name, out var held))
        {
            held = new HeldTokens(rulesByTarget[service.Name].Where(rule => rule.Grants != Grants.ClientCredentials));
            heldBySubject[service.Name] = held;
        }

        return held;
    }

    private static string Outside(Service caller, Service target) => $"{target.Name} is outside domain {caller.Domain}";

    private static string ExceptFor(ReuseEdge edge, HeldTokens held)
    {
        string[] unseen = [.. UnseenScopes(held, edge.Scopes), .. held.Claims.Where(claim => !edge.Claims.Contains(claim))];
        return unseen.Length == 0 ? "" : $"; a token that holds {HeldTokens.Listed(unseen)} is exchanged";
    }
}
