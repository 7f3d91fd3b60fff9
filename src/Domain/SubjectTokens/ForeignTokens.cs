using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Validates a token of a trusted issuer, with that issuer's keys and under its part of the policy.</summary>
internal static class ForeignTokens
{
    /// <summary>Claims that only ID tokens have (OpenID Connect Core section 2, 3.3.2.11): those are for their client.</summary>
    private static readonly string[] IdTokenClaims = ["nonce", "at_hash", "c_hash", "s_hash"];

    public static Refusal? Validate(
        Jws jws, string tokenType, TrustedIssuer issuer, KeySet? keys, ClusterSecret secret, DateTimeOffset now, out ValidatedToken? token)
    {
        token = null;
        if (!IsAcceptableType(jws.Header.Type ?? TokenMediaType.Jwt, tokenType, issuer))
        {
            return new Refusal(RefusalReason.SubjectTokenTypeMismatch, "The header's typ does not fit subject_token_type.");
        }

        RegisteredClaims? claims = null;
        var refusal = JwsVerifier.Verify(jws, keys, issuer.Algorithms, now)
            ?? CheckKind(jws.Claims)
            ?? ClaimReader.Read(jws.Claims, out claims)
            ?? LifetimeChecks.Check(claims!, now)
            ?? LifetimeChecks.CheckLength(claims!, issuer.MaxLifetime)
            ?? CheckAudience(claims!, issuer);
        if (refusal is null)
        {
            token = ToValidated(jws, tokenType, issuer.Issuer, claims!, secret);
        }

        return refusal;
    }

    private static bool IsAcceptableType(string type, string tokenType, TrustedIssuer issuer) =>
        tokenType == TokenTypeIdentifiers.AccessToken
            ? issuer.AccessTokenTypes.Any(accepted => TokenMediaType.Normalize(accepted) == type)
            : type is TokenMediaType.Jwt or TokenMediaType.AccessToken;

    public static Refusal? CheckKind(JsonElement claims)
    {
        if (claims.TryGetProperty(Lineage.ClaimName, out _))
        {
            return new Refusal(RefusalReason.SubjectTokenLineageRefused, "Another issuer's token has our lineage claim.");
        }

        return IdTokenClaims.Any(claim => claims.TryGetProperty(claim, out _))
            ? new Refusal(RefusalReason.SubjectTokenTypeMismatch, "The token is an ID token.")
            : null;
    }

    private static Refusal? CheckAudience(RegisteredClaims claims, TrustedIssuer issuer) =>
        claims.Audiences.Any(audience => issuer.Audiences.Contains(audience))
            ? null
            : new Refusal(RefusalReason.SubjectTokenAudienceRefused, "aud has none of the issuer's audiences.");

    public static ValidatedToken ToValidated(Jws jws, string tokenType, string issuer, RegisteredClaims claims, ClusterSecret secret)
    {
        var handle = TokenHandles.Of(secret, issuer, jws.SigningInput);
        return new ValidatedToken
        {
            TokenType = tokenType,
            Issuer = issuer,
            Subject = claims.Subject,
            Audiences = claims.Audiences,
            ClientId = claims.ClientId,
            Scope = claims.Scope,
            ExpiresAt = claims.ExpiresAt,
            IssuedAt = claims.IssuedAt,
            Handle = handle,
            Root = new RootSubject(issuer, claims.Subject, claims.Session, claims.IssuedAt, handle),
            Lineage = null,
            Claims = jws.Claims,
        };
    }
}
