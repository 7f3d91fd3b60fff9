namespace ExchangeCluster.Domain.Policies.Analysis.Findings;

/// <summary>Rules of one edge that match the same request, so that none of them speaks.</summary>
internal static class RivalFindings
{
    public static IEnumerable<Finding> Of(PolicySource source)
    {
        var steps = new Lazy<RuleSteps>(() => new RuleSteps(source.Snapshot));
        foreach (var edge in source.Edges.Where(edge => edge.Placed.Length > 1))
        {
            var placed = edge.Placed.Where(rule => rule.Rule.Grants != Grants.ClientCredentials).ToList();
            var shadowed = placed.Where(rule => !steps.Value.CanSpeak(rule.Rule)).ToList();
            foreach (var (rule, config) in shadowed)
            {
                yield return new Finding(FindingKinds.ShadowedRule, config.At, $"whenever {rule.Name} matches a token of '{rule.From}', another rule matches too");
            }

            for (var at = 1; at < placed.Count; at++)
            {
                var later = placed[at];
                if (!shadowed.Contains(later)
                    && placed.Take(at).FirstOrDefault(earlier => !shadowed.Contains(earlier) && steps.Value.CanBothMatch(earlier.Rule, later.Rule)) is { } rival)
                {
                    yield return new Finding(
                        FindingKinds.AmbiguousRules, later.Config.At, $"a token of '{later.Rule.From}' can meet the conditions of {rival.Rule.Name} and {later.Rule.Name}");
                }
            }
        }
    }
}
