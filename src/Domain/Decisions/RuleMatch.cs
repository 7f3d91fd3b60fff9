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
        var speaks = false;
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

            if (match is not null)
            {
                return new Refusal(RefusalReason.AmbiguousRules, $"{match.Name} and {rule.Name} both match.");
            }

            match = rule;
        }

        return (match, speaks) switch
        {
            ({ }, _) => null,
            (_, true) => new Refusal(RefusalReason.ConditionsNotMet, $"No rule of '{target}' for '{command.Client}' has its conditions met."),
            _ => new Refusal(RefusalReason.TargetNotAllowed, $"No rule of '{target}' accepts '{command.Client}' by {command.Grant}."),
        };
    }

    private static bool Matches(AcceptRule rule, PolicySnapshot policy, ExchangeCommand command)
    {
        var when = rule.When;
        if (!IsAcceptableRoot(rule, policy, command))
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
