using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Analysis.Findings;

/// <summary>About the issuers that are trusted, and the algorithms.</summary>
internal static class IssuerFindings
{
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromDays(1);

    public static IEnumerable<Finding> Of(PolicySource source)
    {
        var audiences = source.Snapshot.Services.Values.Select(service => service.Audience).ToHashSet(StringComparer.Ordinal);
        foreach (var issuer in source.Config.TrustedIssuers?.Items ?? [])
        {
            if (issuer.MaxLifetime.Value > UsualLifetime)
            {
                yield return new Finding(
                    FindingKinds.LongLivedIssuer, issuer.MaxLifetime.At, $"tokens of {issuer.Issuer.Value} are accepted with a life of {issuer.MaxLifetime.Value.TotalDays:0.#} days");
            }

            if (issuer.GrantLifetime is null && issuer.Saml is null && !issuer.Audiences.Items.Any(audience => audiences.Contains(audience.Value)))
            {
                yield return new Finding(
                    FindingKinds.IssuerWithoutEntry, issuer.Audiences.At, $"no service has the audience that tokens of {issuer.Issuer.Value} are for");
            }

            foreach (var algorithm in (issuer.Algorithms?.Items ?? []).Where(IsWeak))
            {
                yield return new Finding(FindingKinds.WeakAlgorithm, algorithm.At, $"{issuer.Issuer.Value} may sign with {algorithm.Value}");
            }
        }

        foreach (var (name, service) in source.Config.Services?.Members ?? [])
        {
            if (service.SigningAlgorithm is { } algorithm && IsWeak(algorithm))
            {
                yield return new Finding(FindingKinds.WeakAlgorithm, algorithm.At, $"tokens for '{name.Value}' are signed with {algorithm.Value}");
            }

            if (service.TokenFormat?.Value == TokenFormatNames.AuthorizationGrant && source.Snapshot.TrustedIssuers.ContainsKey(service.Audience.Value))
            {
                yield return new Finding(
                    FindingKinds.LifetimeLaundering, service.Audience.At, $"'{name.Value}' gets grants of ours, and {service.Audience.Value} is a trusted issuer");
            }
        }
    }

    private static bool IsWeak(ConfigText algorithm) => algorithm.Value.StartsWith("RS", StringComparison.Ordinal);
}
