using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens.Saml;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Strict checks of a presented token, on top of the signature check of Microsoft.IdentityModel.</summary>
public static class SubjectTokenValidator
{
    /// <summary>Longest tolerated difference between our clock and an issuer's.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>
    /// 1. the form of the token, 2. whose it is, 3. its kind, key and signature, 4. its claims. Nothing that costs more
    /// than reading the text happens before the signature holds, and nothing a token says makes us call anyone.
    /// </summary>
    /// <param name="token">The presented text.</param>
    /// <param name="tokenType">The declared type: one of <see cref="TokenTypeIdentifiers"/>.</param>
    /// <param name="policy">Whom we trust, and who we are.</param>
    /// <param name="issuerKeys">Keys of trusted issuers, by issuer.</param>
    /// <param name="keyRing">Our own keys.</param>
    /// <param name="now">The time to judge by.</param>
    public static SubjectTokenOutcome Validate(
        string token,
        string tokenType,
        PolicySnapshot policy,
        IReadOnlyDictionary<string, KeySet> issuerKeys,
        KeyRing keyRing,
        DateTimeOffset now)
    {
        if (tokenType == TokenTypeIdentifiers.Saml2)
        {
            var samlRefusal = SamlAssertions.Validate(token, policy, issuerKeys, keyRing.Secret, now, out var assertion);
            return new SubjectTokenOutcome(assertion, samlRefusal);
        }

        if (tokenType is not (TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.Jwt or TokenTypeIdentifiers.IdToken))
        {
            return Refused(new Refusal(RefusalReason.UnsupportedSubjectTokenType));
        }

        if (JwsReader.Read(token, out var jws) is { } malformed)
        {
            return Refused(malformed);
        }

        var name = jws!.Claims.TryGetProperty("iss", out var iss) && iss.ValueKind == JsonValueKind.String ? iss.GetString()! : "";
        if (name == policy.Issuer)
        {
            var ownRefusal = OwnTokens.Validate(jws, tokenType, name, keyRing, now, out var own);
            return new SubjectTokenOutcome(own, ownRefusal);
        }

        if (!policy.TrustedIssuers.TryGetValue(name, out var issuer))
        {
            return Refused(new Refusal(RefusalReason.SubjectTokenIssuerUnknown, "iss is no trusted issuer."));
        }

        var keys = issuerKeys.GetValueOrDefault(name);
        var refusal = ForeignTokens.Validate(jws, tokenType, issuer, keys, keyRing.Secret, now, out var foreign);
        return new SubjectTokenOutcome(
            foreign, refusal, refusal?.Reason == RefusalReason.SubjectTokenKeyUnknown ? issuer.Issuer : null);
    }

    private static SubjectTokenOutcome Refused(Refusal refusal) => new(null, refusal);
}

/// <summary>
/// Either <paramref name="Token"/> or <paramref name="Refusal"/> is set. <paramref name="RefreshIssuer"/> names the
/// trusted issuer whose keys may be out of date; fetching them once and trying again may help.
/// </summary>
public sealed record SubjectTokenOutcome(ValidatedToken? Token, Refusal? Refusal, string? RefreshIssuer = null);
