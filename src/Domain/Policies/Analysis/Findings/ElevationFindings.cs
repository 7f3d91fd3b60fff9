namespace ExchangeCluster.Domain.Policies.Analysis.Findings;

/// <summary>Elevations past the login: a scope that issuers give to users, for whoever holds another one.</summary>
internal static class ElevationFindings
{
    public static IEnumerable<Finding> Of(PolicySource source)
    {
        var policy = source.Snapshot;
        var audiences = policy.TrustedIssuers.Values.SelectMany(issuer => issuer.Audiences).ToHashSet(StringComparer.Ordinal);
        var given = policy.Services.Values.Where(service => audiences.Contains(service.Audience)).SelectMany(service => service.Scopes.Values).ToHashSet(StringComparer.Ordinal);
        var analyser = new Lazy<PolicyAnalyser>(() => new PolicyAnalyser(policy));
        var found = 0;
        foreach (var (rule, config) in source.Rules)
        {
            // Each takes a search, and more than these nobody reads.
            if (found == PolicyCheck.MaxOfKind)
            {
                yield break;
            }

            foreach (var (granted, held) in config.Elevate?.Members ?? [])
            {
                if (given.Contains(granted.Value) && granted.Value != held.Value && analyser.Value.Elevation(rule, granted.Value) is { } chain)
                {
                    found++;
                    yield return new Finding(
                        FindingKinds.PrivilegeEscalation, granted.At, $"whoever holds {held.Value} can come to hold {granted.Value} at '{rule.Target}': {chain}");
                }
            }
        }
    }
}
