using System.Collections.Frozen;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Domain.SubjectTokens.Saml;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>saml</c> of a trusted issuer.</summary>
internal static class SamlTrusts
{
    /// <summary>Claims that the assertion itself decides, or that only tokens of ours can have.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.Ordinal,
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id", "azp", "act", "may_act", "cnf", "sid", "acr", "auth_time", Lineage.ClaimName);

    /// <summary>Null when the issuer issues none.</summary>
    public static SamlTrust? Read(TrustedIssuerConfig issuer, Mistakes mistakes)
    {
        if (issuer.Saml is not { } saml)
        {
            return null;
        }

        if (issuer is { Certificates: null, CertificatesFile: null, Jwks: null, JwksFile: null, JwksUri: null })
        {
            mistakes.Add(saml.At, "the issuer of assertions names no keys, expected certificates, certificates_file, jwks, jwks_file or jwks_uri");
        }

        foreach (var (claim, _) in (saml.Attributes?.Members ?? []).Where(member => Reserved.Contains(member.Key.Value)))
        {
            mistakes.Add(claim.At, $"the claim '{claim.Value}' is no attribute's to make, expected another claim");
        }

        foreach (var recipient in (saml.Recipients?.Items ?? []).Where(recipient => !Uri.TryCreate(recipient.Value, UriKind.Absolute, out _)))
        {
            mistakes.Add(recipient.At, "the recipient is not an absolute URL, expected one");
        }

        return new SamlTrust
        {
            NameIdFormat = saml.NameIdFormat?.Value switch
            {
                "emailAddress" => SamlNames.EmailFormat,
                "unspecified" => SamlNames.UnspecifiedFormat,
                _ => SamlNames.PersistentFormat,
            },
            Recipients = [.. (saml.Recipients?.Items ?? []).Select(recipient => recipient.Value)],
            Scopes = Scopes.Read(saml.Scopes, mistakes),
            Attributes =
            [
                .. (saml.Attributes?.Members ?? [])
                    .Select(member => KeyValuePair.Create(member.Key.Value, member.Value.Value))
                    .OrderBy(member => member.Key, StringComparer.Ordinal),
            ],
        };
    }
}
