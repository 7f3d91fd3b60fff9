using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Finds the one rule that speaks for a target; none or several refuse.</summary>
internal static class RuleMatch
{
    /// <summary>For every target.</summary>
    /// <param name="policy">Has the rules.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="now">The time to judge by.</param>
    /// <param name="rules">In the order of the targets; not to be written to.</param>
    public static Refusal? FindAll(PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now, out AcceptRule[] rules)
    {
        rules = [];
        for (var index = 0; index < command.Targets.Length; index++)
        {
            if (Find(policy, command, now, command.Targets[index], out var rule) is { } refusal)
            {
                return refusal;
            }

            rules = index == 0 ? rule!.Alone : [.. rules, rule!];
        }

        return null;
    }

    private static Refusal? Find(PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now, string target, out AcceptRule? match)
    {
        match = null;
        var (speaks, onlyActorFails) = (false, false);
        StepUp? stepUp = null;
        foreach (var rule in policy.RulesOf(command.Client, target))
        {
            var unmet = FirstUnmet(rule, policy, command, now, out _);
            speaks |= unmet != RuleCondition.Grant;
            onlyActorFails |= unmet == RuleCondition.Actor;
            if (unmet == RuleCondition.Authentication)
            {
                stepUp ??= AuthenticationMatch.Demand(rule.When);
            }

            if (unmet != RuleCondition.None)
            {
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
            (false, _, _) => (RefusalReason.TargetNotAllowed, $"is for {GrantNames.Of(command.Grant)}"),
            (_, false, _) => (RefusalReason.ConditionsNotMet, "has its conditions met"),
            (_, _, null) => (RefusalReason.ActorMissing, "goes without an actor token"),
            _ => (RefusalReason.ActorNotAllowed, "admits this actor"),
        };
        return new Refusal(reason, $"No rule of '{target}' for '{command.Client}' {what}.");
    }

    /// <summary>
    /// The first condition of the rule that the command does not meet: whoever explains a decision asks here, where it is made.
    /// </summary>
    /// <param name="rule">A rule for the client and the target.</param>
    /// <param name="policy">Of the rule.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="now">The time to judge by.</param>
    /// <param name="name">Of the scope or the claim that is not as it should be; null for other conditions.</param>
    public static RuleCondition FirstUnmet(
        AcceptRule rule, PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now, out string? name)
    {
        name = null;
        var when = rule.When;
        if ((rule.Grants & command.Grant) == Grants.None)
        {
            return RuleCondition.Grant;
        }

        if (!IsAcceptableRoot(rule, policy, command))
        {
            return RuleCondition.Issuer;
        }

        if (!when.SubjectTypes.Contains(command.Subject.TokenType))
        {
            return RuleCondition.SubjectType;
        }

        foreach (var scope in when.Scopes.Values)
        {
            name = scope;
            if (!command.Subject.Scope.Contains(scope))
            {
                return RuleCondition.Scope;
            }

            if (!ScopeGrant.MayRestOn(rule, command.Subject, scope))
            {
                return RuleCondition.Through;
            }
        }

        foreach (var condition in when.Claims)
        {
            name = condition.Claim;
            if (!ClaimMatch.Holds(condition, command.Subject.Claims))
            {
                return RuleCondition.Claim;
            }
        }

        name = null;
        return !ActorMatch.Holds(when.Actor, policy, command) ? RuleCondition.Actor
            : !AuthenticationMatch.Holds(when, command.Subject.Claims, now) ? RuleCondition.Authentication
            : RuleCondition.None;
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
