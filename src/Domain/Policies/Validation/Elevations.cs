using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Elevations don't compose unless the rule names the path: <c>through</c>.</summary>
internal static class Elevations
{
    public static void Check(Reachability reachable, IReadOnlyList<PlacedRule> rules, Mistakes mistakes)
    {
        var elevated = reachable.Held.Where(held => held.By is not null)
            .ToLookup(held => (held.Service, held.Scope));
        foreach (var (rule, config) in rules)
        {
            foreach (var (granted, needed) in config.Elevate?.Members ?? [])
            {
                foreach (var held in elevated[(rule.From, needed.Value)].Where(held => !rule.Through.Contains(held.By!)))
                {
                    mistakes.Add(
                        granted.At,
                        $"this elevation rests on another one: {reachable.Chain(held)}; {Reachability.Describe(rule, granted.Value, needed.Value)}. "
                        + $"Expected through: [{held.By}] if that is meant");
                }
            }

            CheckThrough(rule, config, elevated, mistakes);
        }
    }

    private static void CheckThrough(
        AcceptRule rule, AcceptConfig config, ILookup<(string Service, string Scope), HeldScope> elevated, Mistakes mistakes)
    {
        var needed = rule.Elevate.Values.Concat(rule.When.Scopes.Values).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var through in config.Through?.Items ?? [])
        {
            if (!needed.Any(scope => elevated[(rule.From, scope)].Any(held => held.By == through.Value)))
            {
                mistakes.Add(through.At, $"'{through.Value}' elevates nothing that this rule needs, expected a service that does");
            }
        }
    }
}
