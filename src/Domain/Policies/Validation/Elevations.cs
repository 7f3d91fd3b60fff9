using System.Collections.Frozen;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Elevations don't compose unless the rule names the path: <c>through</c>.</summary>
internal static class Elevations
{
    /// <summary>The most elevations under one that are listed; there can be very many.</summary>
    private const int MaxListed = 5;

    public static void Check(List<PlacedRule> rules, FrozenDictionary<string, Service> services, Mistakes mistakes)
    {
        if (rules.TrueForAll(rule => rule.Rule is { Elevate.Count: 0, Through.IsEmpty: true }))
        {
            return;
        }

        var elevated = new ElevatedScopes(new RuleGraph(rules), services);
        // A rule that was left out because of another mistake may be the one that elevates.
        var isWhole = !mistakes.Any;
        foreach (var (rule, config) in rules)
        {
            var unused = rule.Through.ToHashSet(StringComparer.Ordinal);
            foreach (var (granted, needed) in config.Elevate?.Members ?? [])
            {
                CheckPath(elevated, rule, needed, new ScopeStep(rule, granted.Value, needed.Value), unused, mistakes);
            }

            foreach (var needed in config.When?.Scopes?.Items ?? [])
            {
                // A rule that elevates nothing may ask for any scope: an elevated one merely never satisfies it.
                var step = rule.Elevate.Count == 0 ? null : new ScopeStep(rule, string.Join(", ", rule.Elevate.Keys.Order(StringComparer.Ordinal)), needed.Value);
                CheckPath(elevated, rule, needed, step, unused, mistakes);
            }

            foreach (var through in (config.Through?.Items ?? []).Where(through => isWhole && unused.Contains(through.Value)))
            {
                mistakes.Add(through.At, $"'{through.Value}' elevates nothing that this rule needs, expected a service that does");
            }
        }
    }

    private static void CheckPath(
        ElevatedScopes elevated, AcceptRule rule, ConfigText needed, ScopeStep? step, HashSet<string> unused, Mistakes mistakes)
    {
        var listed = 0;
        foreach (var origin in elevated.OriginsOf(rule.From, needed.Value))
        {
            if (rule.Through.Contains(origin.By))
            {
                unused.Remove(origin.By);
            }
            else if (step is not null)
            {
                listed++;
                mistakes.Add(
                    needed.At,
                    $"this elevation rests on another one: {string.Join("; ", origin.Chain)}; {step}, expected through: [{origin.By}] if that is meant",
                    FindingKinds.ElevationWithoutThrough.Id);
            }

            if (listed == MaxListed || (step is null && unused.Count == 0))
            {
                break;
            }
        }
    }
}
