using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Which issued scopes rest on an elevation, by this exchange or an earlier one: they stay so along the chain.</summary>
internal static class ElevationRecord
{
    public static Refusal? Of(Service client, ExchangeCommand command, AcceptRule[] rules, ScopeSet issued, out ImmutableArray<Elevation> elevations)
    {
        elevations = [];
        if (command.Subject.Lineage is null or { Elevations.IsEmpty: true } && Array.TrueForAll(rules, static rule => rule.Elevate.Count == 0))
        {
            return null;
        }

        var found = ImmutableArray.CreateBuilder<Elevation>();
        foreach (var rule in rules)
        {
            foreach (var (scope, _) in rule.Elevate)
            {
                if (issued.Contains(scope) && !ScopeGrant.Passes(rule, client, command.Subject, scope))
                {
                    found.Add(new Elevation(scope, rule.Target));
                }
            }
        }

        foreach (var inherited in command.Subject.Lineage?.Elevations ?? [])
        {
            if (issued.Contains(inherited.Scope) && Pass(rules, client, command, inherited.Scope) && !found.Contains(inherited))
            {
                found.Add(inherited);
            }
        }

        elevations = found.ToImmutable();
        return elevations.Length > Lineage.MaxElevations
            ? new Refusal(RefusalReason.SubjectTokenChainTooLong, "The chain has more elevations than a lineage holds.")
            : null;
    }

    /// <summary>Where it passes at one target at least, the issued scope is the one that the subject token held.</summary>
    private static bool Pass(AcceptRule[] rules, Service client, ExchangeCommand command, string scope)
    {
        foreach (var rule in rules)
        {
            if (ScopeGrant.Passes(rule, client, command.Subject, scope))
            {
                return true;
            }
        }

        return false;
    }
}
