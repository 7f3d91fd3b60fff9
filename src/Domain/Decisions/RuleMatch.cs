using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Finds the one rule that speaks for a target; none or several refuse.</summary>
internal static class RuleMatch
{
    public static Refusal? Find(PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now, string target, out AcceptRule? match)
    {
        match = null;
        var (speaks, onlyActorFails) = (false, false);
        StepUp? stepUp = null;
        foreach (var rule in policy.RulesOf(command.Client, target))
        {
            if (!rule.Grants.HasFlag(command.Grant))
            {
                continue;
            }

            speaks = true;
            if (!Matches(rule, policy, command))
            {
                continue;
            }

            if (!ActorMatch.Holds(rule.When.Actor, policy, command))
            {
                onlyActorFails = true;
                continue;
            }

            if (!AuthenticationMatch.Holds(rule.When, command.Subject.Claims, now))
            {
                stepUp ??= AuthenticationMatch.Demand(rule.When);
                continue;
            }

            if (match is not null)
            {
                return new Refusal(RefusalReason.AmbiguousRules, $"{match.Name} and {rule.Name} both match.");
            }

            match = rule;
        }

        if (match is null && stepUp is not null)
        {
            return new Refusal(RefusalReason.AuthenticationInsufficient) { StepUp = stepUp };
        }

        return match is null ? NoMatch(command, target, speaks, onlyActorFails) : null;
    }

    private static Refusal NoMatch(ExchangeCommand command, string target, bool speaks, bool onlyActorFails)
    {
        var (reason, what) = (speaks, onlyActorFails, command.Actor) switch
        {
            (false, _, _) => (RefusalReason.TargetNotAllowed, $"is for {command.Grant}"),
            (_, false, _) => (RefusalReason.ConditionsNotMet, "has its conditions met"),
            (_, _, null) => (RefusalReason.ActorMissing, "goes without an actor token"),
            _ => (RefusalReason.ActorNotAllowed, "admits this actor"),
        };
        return new Refusal(reason, $"No rule of '{target}' for '{command.Client}' {what}.");
    }

    private static bool Matches(AcceptRule rule, PolicySnapshot policy, ExchangeCommand command)
    {
        var when = rule.When;
        if (!IsAcceptableRoot(rule, policy, command) || !when.SubjectTypes.Contains(command.Subject.TokenType))
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

    /// <summary>
    /// A rule that names no issuer is about subjects of trusted issuers. A client's own token must not pass for one of
    /// those, so a chain that began with it goes on only under a rule that names us.
    /// </summary>
    private static bool IsAcceptableRoot(AcceptRule rule, PolicySnapshot policy, ExchangeCommand command)
    {
        var root = command.Subject.Root.Issuer;
        return rule.When.Issuers.IsEmpty
            ? root != policy.Issuer || command.Grant == Grants.ClientCredentials
            : rule.When.Issuers.Contains(root);
    }
}
