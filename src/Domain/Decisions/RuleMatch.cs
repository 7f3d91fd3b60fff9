using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Finds the one rule that speaks for a target; none or several refuse.</summary>
internal static class RuleMatch
{
    public static Refusal? Find(PolicySnapshot policy, ExchangeCommand command, string target, out AcceptRule? match)
    {
        match = null;
        var rules = policy.RulesOf(command.Client, target);
        if (rules.IsEmpty)
        {
            return new Refusal(RefusalReason.TargetNotAllowed, $"No rule of '{target}' accepts '{command.Client}'.");
        }

        var onlyActorFails = false;
        foreach (var rule in rules)
        {
            if (!Matches(rule, command))
            {
                continue;
            }

            if (!ActorMatch.Holds(rule.When.Actor, policy, command))
            {
                onlyActorFails = true;
                continue;
            }

            if (match is not null)
            {
                return new Refusal(RefusalReason.AmbiguousRules, $"{match.Name} and {rule.Name} both match.");
            }

            match = rule;
        }

        return match is null ? NoMatch(command, target, onlyActorFails) : null;
    }

    private static Refusal NoMatch(ExchangeCommand command, string target, bool onlyActorFails)
    {
        var (reason, what) = (onlyActorFails, command.Actor) switch
        {
            (false, _) => (RefusalReason.ConditionsNotMet, "has its conditions met"),
            (true, null) => (RefusalReason.ActorMissing, "goes without an actor token"),
            (true, _) => (RefusalReason.ActorNotAllowed, "admits this actor"),
        };
        return new Refusal(reason, $"No rule of '{target}' for '{command.Client}' {what}.");
    }

    private static bool Matches(AcceptRule rule, ExchangeCommand command)
    {
        var when = rule.When;
        if (!when.Issuers.IsEmpty && !when.Issuers.Contains(command.Subject.Root.Issuer))
        {
            return false;
        }

        foreach (var scope in when.Scopes.Values)
        {
            if (!command.Subject.Scope.Contains(scope) || !ScopeGrant.MayRestOn(rule, command.Subject, scope))
            {
                return false;
            }
        }

        foreach (var condition in when.Claims)
        {
            if (!ClaimMatch.Holds(condition, command.Subject.Claims))
            {
                return false;
            }
        }

        return true;
    }
}
