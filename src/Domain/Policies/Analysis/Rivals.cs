using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>Which presented tokens a rule alone matches, of all the rules of its edge.</summary>
internal sealed class Rivals(PolicySnapshot policy)
{
    /// <summary>Where two rules of an edge match, the exchange is refused: the others' conditions must fail.</summary>
    public IEnumerable<Demand> Without(AcceptRule rule, Demand presented, Grants grant = Grants.TokenExchange, bool mayAct = true, bool mayBeAlone = true)
    {
        var all = policy.RulesOf(rule.From, rule.Target);
        if (all.Length == 1)
        {
            return (mayBeAlone && rule.When.Actor.Presence != ActorPresence.Required) || (mayAct && rule.When.Actor.Presence != ActorPresence.Forbidden) ? [presented] : [];
        }

        var rivals = all.Where(other => other != rule && other.Grants.HasFlag(grant)).ToList();
        IEnumerable<Demand> alone = !mayBeAlone || rule.When.Actor.Presence == ActorPresence.Required
            ? [] : Excluding(rivals.Where(rival => rival.When.Actor.Presence != ActorPresence.Required), presented);
        IEnumerable<Demand> acting = !mayAct || rule.When.Actor.Presence == ActorPresence.Forbidden
            ? [] : Excluding(rivals.Where(rival => rival.When.Actor.Presence != ActorPresence.Forbidden && !rival.When.Actor.NamesActors && !rule.When.Actor.NamesActors), presented);
        return alone.Concat(acting);
    }

    private List<Demand> Excluding(IEnumerable<AcceptRule> rivals, Demand presented)
    {
        List<Demand> ways = [presented];
        foreach (var rival in rivals)
        {
            List<Demand> failing = [.. ways.SelectMany(way => Failing(rival, way)).DistinctBy(way => way.Key)];
            ways = failing.Count > RuleSteps.MaxTracked ? ways : failing;
        }

        return ways;
    }

    /// <summary>The same token, but so that the rival's conditions fail.</summary>
    private List<Demand> Failing(AcceptRule rival, Demand presented)
    {
        if (rival.When.Scopes.Values.Any(scope => !presented.Holds(scope)))
        {
            return [presented];
        }

        var ways = new List<Demand>();
        foreach (var scope in rival.When.Scopes.Values)
        {
            if (presented.WithScope(scope, Origins.NotThrough(rival.Through)) is { } elevated)
            {
                ways.Add(elevated);
            }
        }

        ImmutableArray<string> types = [.. presented.Types.Where(type => !rival.When.SubjectTypes.Contains(type))];
        if (!types.IsEmpty)
        {
            ways.Add(presented.WithTypes(types));
        }

        ImmutableArray<string> issuers = [.. (presented.Issuers ?? [.. policy.TrustedIssuers.Keys.Order(StringComparer.Ordinal)])
            .Where(issuer => rival.When.Issuers.IsEmpty ? issuer == policy.Issuer : !rival.When.Issuers.Contains(issuer))];
        if (!issuers.IsEmpty)
        {
            ways.Add(presented.WithIssuers(issuers));
        }

        ways.AddRange(RuleSteps.ConditionsOf(rival.When).Select(condition => RuleSteps.Add(presented, new ClaimDemand(condition, MustHold: false))));
        return ways;
    }
}
