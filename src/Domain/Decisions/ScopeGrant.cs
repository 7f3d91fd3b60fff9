using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>
/// requested ∩ rule ∩ (subject ∩ client, or the rule's named elevation), valid at every target; for a refresh token also
/// ∩ what was granted at first.
/// </summary>
internal static class ScopeGrant
{
    public static Refusal? Compute(Service client, ExchangeCommand command, AcceptRule[] rules, out ScopeSet? scope)
    {
        scope = command.RequestedScope is { IsEmpty: false } requested ? requested : null;
        if (scope is not null)
        {
            foreach (var wanted in scope.Values)
            {
                if (!IsGranted(client, command, rules, wanted))
                {
                    return new Refusal(RefusalReason.ScopeNotGranted, "Not every requested scope can be granted at every target.");
                }
            }

            return null;
        }

        scope = Everything(client, command, rules);
        // Some resource servers read a token without scope as one with every scope.
        return scope.IsEmpty && Array.Exists(rules, rule => !rule.Scopes.IsEmpty || rule.Elevate.Count != 0)
            ? new Refusal(RefusalReason.NothingGranted, "The subject token holds no scope that a rule would grant.")
            : null;
    }

    /// <summary>True when the scope passes: the rule names it, and both the subject token and the client hold it.</summary>
    public static bool Passes(AcceptRule rule, Service client, ValidatedToken subject, string scope) =>
        rule.Scopes.Contains(scope) && Holds(client, subject, scope);

    /// <summary>An elevated scope counts only in a rule that names every service that elevated it.</summary>
    public static bool MayRestOn(AcceptRule rule, ValidatedToken subject, string scope)
    {
        foreach (var elevation in subject.Lineage?.Elevations ?? [])
        {
            if (elevation.Scope == scope && !rule.Through.Contains(elevation.By))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when every target's rule grants it, and the refresh token, if one is used.</summary>
    public static bool IsGranted(Service client, ExchangeCommand command, AcceptRule[] rules, string scope)
    {
        if (command.Refresh is { } refresh && !refresh.Scope.Contains(scope))
        {
            return false;
        }

        foreach (var rule in rules)
        {
            if (!Passes(rule, client, command.Subject, scope) && !IsElevated(rule, client, command.Subject, scope))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when the rule names the elevation and it applies.</summary>
    public static bool IsElevated(AcceptRule rule, Service client, ValidatedToken subject, string scope) =>
        rule.Elevate.TryGetValue(scope, out var needed) && Holds(client, subject, needed) && MayRestOn(rule, subject, needed);

    private static ScopeSet Everything(Service client, ExchangeCommand command, AcceptRule[] rules)
    {
        if (rules[0].Elevate.Count == 0 && AllPass(client, command, rules))
        {
            return rules[0].Scopes;
        }

        var granted = new List<string>();
        foreach (var scope in rules[0].Scopes.Values)
        {
            if (IsGranted(client, command, rules, scope))
            {
                granted.Add(scope);
            }
        }

        foreach (var scope in rules[0].Elevate.Keys)
        {
            if (IsGranted(client, command, rules, scope))
            {
                granted.Add(scope);
            }
        }

        return ScopeSet.Of(granted);
    }

    private static bool AllPass(Service client, ExchangeCommand command, AcceptRule[] rules)
    {
        foreach (var scope in rules[0].Scopes.Values)
        {
            if (!IsGranted(client, command, rules, scope))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Holds(Service client, ValidatedToken subject, string scope) =>
        subject.Scope.Contains(scope) && client.Scopes.Contains(scope);
}
