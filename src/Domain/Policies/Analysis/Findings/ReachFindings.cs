using ExchangeCluster.Domain.Policies.Validation;

namespace ExchangeCluster.Domain.Policies.Analysis.Findings;

/// <summary>Rules that no request meets, services that nobody calls, scopes that nobody can get.</summary>
internal static class ReachFindings
{
    public static IEnumerable<Finding> Of(PolicySource source)
    {
        var flow = new ScopeFlow(source.Snapshot);
        // In a policy of 100,000 rules one cause can have as many effects.
        return UnreachableRules(source, flow).Distinct().Take(PolicyCheck.MaxOfKind).Concat(Unreached(source, flow));
    }

    private static IEnumerable<Finding> UnreachableRules(PolicySource source, ScopeFlow flow)
    {
        foreach (var (rule, config) in source.Rules)
        {
            if (Obstacle(source.Snapshot, flow, rule) is { } obstacle)
            {
                yield return new Finding(FindingKinds.UnreachableRule, config.At, $"{rule.From} -> {rule.Target}: {obstacle}");
            }
        }
    }

    private static IEnumerable<Finding> Unreached(PolicySource source, ScopeFlow flow)
    {
        foreach (var (name, config) in source.Config.Services?.Members ?? [])
        {
            var service = source.Snapshot.Services[name.Value];
            if (flow.IsEntry(service))
            {
                continue;
            }

            if (!flow.IsTarget(service.Name))
            {
                yield return new Finding(FindingKinds.UncalledService, name.At, $"no rule and no issuer gives a token for '{service.Name}'");
                continue;
            }

            foreach (var scope in (config.Scopes?.Items ?? []).Where(scope => !flow.Reaches(service.Name, scope.Value)))
            {
                yield return new Finding(FindingKinds.UngettableScope, scope.At, $"no chain ends in a token for '{service.Name}' with {scope.Value}");
            }
        }
    }

    private static string? Obstacle(PolicySnapshot policy, ScopeFlow flow, AcceptRule rule)
    {
        var client = policy.Services[rule.From];
        if (client.Credentials is { SecretHashes.IsEmpty: true, KeySet: null, Certificate: null })
        {
            return $"'{rule.From}' has no credentials, so it can't ask";
        }

        if (!flow.HasToken(rule))
        {
            return $"'{rule.From}' never gets a token that it could present";
        }

        if (rule.When.Scopes.Values.FirstOrDefault(scope => !flow.CanPresent(rule.From, scope)) is { } missing)
        {
            return $"'{rule.From}' never has a token with {missing}, which when asks for";
        }

        return (rule.Scopes.IsEmpty && rule.Elevate.Count == 0) || ScopeFlow.NeedsOf(rule).Any(scope => flow.CanPresent(rule, scope))
            ? null
            : $"'{rule.From}' never has a token with {HeldTokens.Listed(ScopeFlow.NeedsOf(rule).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}";
    }
}
