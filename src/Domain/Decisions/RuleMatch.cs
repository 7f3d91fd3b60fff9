using System.Text.Json;
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

        foreach (var rule in rules)
        {
            if (!Matches(rule, command))
            {
                continue;
            }

            if (match is not null)
            {
                return new Refusal(RefusalReason.AmbiguousRules, $"{match.Name} and {rule.Name} both match.");
            }

            match = rule;
        }

        return match is null
            ? new Refusal(RefusalReason.ConditionsNotMet, $"No rule of '{target}' for '{command.Client}' has its conditions met.")
            : null;
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
            if (!Holds(condition, command.Subject.Claims))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Holds(ClaimCondition condition, JsonElement claims)
    {
        if (!claims.TryGetProperty(condition.Claim, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return false;
        }

        if (condition.AnyOf is not { } allowed)
        {
            return true;
        }

        foreach (var expected in allowed)
        {
            if (JsonElement.DeepEquals(value, expected) || (value.ValueKind == JsonValueKind.Array && Contains(value, expected)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(JsonElement array, JsonElement expected)
    {
        foreach (var item in array.EnumerateArray())
        {
            if (JsonElement.DeepEquals(item, expected))
            {
                return true;
            }
        }

        return false;
    }
}
