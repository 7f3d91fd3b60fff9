using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Validates a JWT authorization grant (RFC 7523 sections 2.1 and 3, narrowed by draft-ietf-oauth-rfc7523bis): of a
/// trusted issuer that may issue grants, for us alone, short-lived, and with an id that is spent once.
/// </summary>
public static class AuthorizationGrants
{
    private const int MaxJwtIdLength = 256;

    /// <param name="assertion">The presented text.</param>
    /// <param name="policy">Whom we trust, and who we are.</param>
    /// <param name="issuerKeys">Keys of trusted issuers, by issuer.</param>
    /// <param name="secret">For the token's handle.</param>
    /// <param name="now">The time to judge by.</param>
    public static AuthorizationGrantOutcome Validate(
        string assertion, PolicySnapshot policy, IReadOnlyDictionary<string, KeySet> issuerKeys, ClusterSecret secret, DateTimeOffset now)
    {
        if (JwsReader.Read(assertion, out var jws) is { } malformed)
        {
            return Refused(malformed);
        }

        if (jws!.Header.Type is not (null or TokenMediaType.Jwt or TokenMediaType.AuthorizationGrant))
        {
            return Refused(new Refusal(RefusalReason.SubjectTokenTypeMismatch, "The header's typ is that of another kind of token."));
        }

        var name = jws.Claims.TryGetProperty("iss", out var iss) && iss.ValueKind == JsonValueKind.String ? iss.GetString()! : "";
        if (!policy.TrustedIssuers.TryGetValue(name, out var issuer) || issuer.GrantLifetime is not { } maxLifetime)
        {
            return Refused(new Refusal(RefusalReason.SubjectTokenIssuerUnknown, "iss is no trusted issuer that may issue grants."));
        }

        RegisteredClaims? claims = null;
        var refusal = JwsVerifier.Verify(jws, issuerKeys.GetValueOrDefault(name), issuer.Algorithms, now)
            ?? TokenKind.Check(jws.Claims, TokenTypeIdentifiers.Jwt)
            ?? ClaimReader.Read(jws.Claims, out claims)
            ?? LifetimeChecks.Check(claims!, now)
            ?? LifetimeChecks.CheckLength(claims!, maxLifetime)
            ?? CheckGrant(claims!, policy.Issuer);
        return refusal is null
            ? new AuthorizationGrantOutcome(ForeignTokens.ToValidated(jws, TokenTypeIdentifiers.Jwt, name, claims!, secret), claims!.JwtId, null)
            : new AuthorizationGrantOutcome(null, null, refusal, refusal.Reason == RefusalReason.SubjectTokenKeyUnknown ? name : null);
    }

    private static Refusal? CheckGrant(RegisteredClaims claims, string ours) =>
        claims.Audiences is not [var audience] || audience != ours
            ? new Refusal(RefusalReason.SubjectTokenAudienceRefused, "aud is not our issuer identifier alone.")
        : claims.JwtId is not { Length: <= MaxJwtIdLength }
            ? new Refusal(RefusalReason.SubjectTokenClaimsRefused, "jti is not a string of 1 to 256 characters.")
        : null;

    private static AuthorizationGrantOutcome Refused(Refusal refusal) => new(null, null, refusal);
}

/// <summary>
/// Either <paramref name="Token"/> with <paramref name="JwtId"/>, which must be spent before the grant counts, or
/// <paramref name="Refusal"/> is set. <paramref name="RefreshIssuer"/> names the trusted issuer whose keys may be out of date.
/// </summary>
public sealed record AuthorizationGrantOutcome(ValidatedToken? Token, string? JwtId, Refusal? Refusal, string? RefreshIssuer = null);
