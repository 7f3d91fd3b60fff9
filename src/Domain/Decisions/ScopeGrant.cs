using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>requested ∩ rule ∩ (subject ∩ client, or the rule's named elevation), valid at every target.</summary>
internal static class ScopeGrant
{
    public static Refusal? Compute(Service client, ExchangeCommand command, AcceptRule[] rules, out ScopeSet? scope)
    {
        scope = null;
        var granted = GrantedBy(rules[0], client, command.Subject);
        for (var index = 1; index < rules.Length; index++)
        {
            granted = granted.Intersect(GrantedBy(rules[index], client, command.Subject));
        }

        if (command.RequestedScope is { IsEmpty: false } requested)
        {
            if (!requested.IsSubsetOf(granted))
            {
                return new Refusal(RefusalReason.ScopeNotGranted, "Not every requested scope can be granted at every target.");
            }

            granted = requested;
        }
        else if (granted.IsEmpty && Array.Exists(rules, OffersScopes))
        {
            // Some resource servers read a token without scope as one with every scope.
            return new Refusal(RefusalReason.NothingGranted, "The subject token holds no scope that a rule would grant.");
        }

        scope = granted;
        return null;
    }

    /// <summary>The issued scopes that rest on an elevation: by this exchange, or by an earlier one of the chain.</summary>
    public static ImmutableArray<Elevation> ElevationsOf(ExchangeCommand command, AcceptRule[] rules, ScopeSet scope)
    {
        var elevations = ImmutableArray.CreateBuilder<Elevation>();
        foreach (var issued in scope.Values)
        {
            foreach (var rule in rules)
            {
                if (!Passes(rule, issued, command.Subject) && rule.Elevate.ContainsKey(issued))
                {
                    elevations.Add(new Elevation(issued, rule.Target));
                }
            }

            foreach (var inherited in command.Subject.Lineage?.Elevations ?? [])
            {
                if (inherited.Scope == issued && Array.Exists(rules, rule => Passes(rule, issued, command.Subject)))
                {
                    elevations.Add(inherited);
                }
            }
        }

        return elevations.ToImmutable();
    }

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

    private static ScopeSet GrantedBy(AcceptRule rule, Service client, ValidatedToken subject)
    {
        var held = subject.Scope.Intersect(client.Scopes);
        var granted = rule.Scopes.Intersect(held);
        return rule.Elevate.Count == 0 ? granted : granted.Union(ScopeSet.Of(
            rule.Elevate.Where(elevation => held.Contains(elevation.Value) && MayRestOn(rule, subject, elevation.Value))
                .Select(elevation => elevation.Key)));
    }

    private static bool Passes(AcceptRule rule, string scope, ValidatedToken subject) =>
        rule.Scopes.Contains(scope) && subject.Scope.Contains(scope);

    private static bool OffersScopes(AcceptRule rule) => !rule.Scopes.IsEmpty || rule.Elevate.Count != 0;
}
