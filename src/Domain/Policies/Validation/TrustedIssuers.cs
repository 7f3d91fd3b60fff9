using System.Collections.Frozen;
using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

internal static class TrustedIssuers
{
    private static readonly ImmutableArray<string> DefaultAlgorithms = ["ES256", "RS256"];
    private static readonly ImmutableArray<string> DefaultTypes = ["at+jwt"];

    private const int MaxEntityIdLength = 1024;

    /// <summary>Revocation cut-offs are kept that long.</summary>
    private static readonly TimeSpan GreatestMaxLifetime = TimeSpan.FromDays(366);

    /// <summary>The ids of spent grants are kept that long.</summary>
    private static readonly TimeSpan GreatestGrantLifetime = TimeSpan.FromHours(1);

    public static FrozenDictionary<string, TrustedIssuer> Read(PolicyConfig config, Mistakes mistakes)
    {
        var issuers = new Dictionary<string, TrustedIssuer>(StringComparer.Ordinal);
        var prefixes = new List<ConfigText>();
        foreach (var issuer in config.TrustedIssuers?.Items ?? [])
        {
            CheckName(issuer, mistakes);
            if (issuer.Issuer.Value == config.Issuer.Value)
            {
                mistakes.Add(issuer.Issuer.At, "we trust our own tokens anyway, expected another issuer than ours");
            }

            if (issuer.MaxLifetime.Value > GreatestMaxLifetime)
            {
                mistakes.Add(issuer.MaxLifetime.At, "max_lifetime is too long, expected at most 366d");
            }

            if (issuer.GrantLifetime is { } grantLifetime && grantLifetime.Value > GreatestGrantLifetime)
            {
                mistakes.Add(grantLifetime.At, "grant_lifetime is too long, expected at most 1h");
            }

            CheckPrefix(issuer, prefixes, mistakes);
            if (!issuers.TryAdd(issuer.Issuer.Value, ToModel(issuer, mistakes)))
            {
                mistakes.Add(issuer.Issuer.At, $"the issuer '{issuer.Issuer.Value}' is named twice, expected it once");
            }
        }

        return issuers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>An entity ID may be any URI (saml-core-2.0-os section 8.3.6): nothing is asked there.</summary>
    private static void CheckName(TrustedIssuerConfig issuer, Mistakes mistakes)
    {
        if (issuer.Saml is null)
        {
            IssuerIdentifier.Check(issuer.Issuer, mistakes);
        }
        else if (issuer.Issuer.Value.Length > MaxEntityIdLength || !Uri.TryCreate(issuer.Issuer.Value, UriKind.Absolute, out _))
        {
            mistakes.Add(issuer.Issuer.At, "the issuer is not an entity ID, expected an absolute URI of at most 1024 characters");
        }
    }

    /// <summary>Otherwise <c>sub</c> alice of one issuer and <c>sub</c> alice of another would look like one person.</summary>
    private static void CheckPrefix(TrustedIssuerConfig issuer, List<ConfigText> earlier, Mistakes mistakes)
    {
        var prefix = issuer.SubjectPrefix ?? new ConfigText("", issuer.Issuer.At);
        foreach (var other in earlier)
        {
            if (prefix.Value.Length == 0 && other.Value.Length == 0)
            {
                mistakes.Add(prefix.At, "a second trusted issuer has no subject_prefix, expected one so that its subjects stay apart");
            }
            else if (prefix.Value.Length != 0 && other.Value.Length != 0
                && (prefix.Value.StartsWith(other.Value, StringComparison.Ordinal) || other.Value.StartsWith(prefix.Value, StringComparison.Ordinal)))
            {
                mistakes.Add(prefix.At, $"subject_prefix '{prefix.Value}' and '{other.Value}' overlap, expected that none begins another");
            }
        }

        earlier.Add(prefix);
    }

    private static TrustedIssuer ToModel(TrustedIssuerConfig issuer, Mistakes mistakes) => new()
    {
        Issuer = issuer.Issuer.Value,
        Keys = KeySources.Read(issuer, mistakes) ?? new KeySetSource(DiscoveryIssuer: issuer.Issuer.Value),
        Algorithms = Values(issuer.Algorithms, DefaultAlgorithms),
        Audiences = Values(issuer.Audiences, []),
        MaxLifetime = issuer.MaxLifetime.Value,
        GrantLifetime = issuer.GrantLifetime?.Value,
        Saml = SamlTrusts.Read(issuer, mistakes),
        AccessTokenTypes = Values(issuer.Types, DefaultTypes),
        SubjectPrefix = issuer.SubjectPrefix?.Value ?? "",
    };

    private static ImmutableArray<string> Values(ConfigList<ConfigText>? list, ImmutableArray<string> otherwise) =>
        list is null ? otherwise : [.. list.Items.Select(item => item.Value)];
}
