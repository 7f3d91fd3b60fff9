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
    public static Refusal? Validate(
        Jws jws, string tokenType, TrustedIssuer issuer, KeySet? keys, ClusterSecret secret, DateTimeOffset now, out ValidatedToken? token)
    {
        token = null;
        if (!TokenKind.IsAcceptable(jws.Header.Type ?? TokenMediaType.Jwt, tokenType, issuer))
        {
            return new Refusal(RefusalReason.SubjectTokenTypeMismatch, "The header's typ does not fit subject_token_type.");
        }

        RegisteredClaims? claims = null;
        var refusal = JwsVerifier.Verify(jws, keys, issuer.Algorithms, now)
            ?? TokenKind.Check(jws.Claims, tokenType)
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

    private static Refusal? CheckAudience(RegisteredClaims claims, TrustedIssuer issuer) =>
        claims.Audiences.Any(audience => issuer.Audiences.Contains(audience))
            ? null
            : new Refusal(RefusalReason.SubjectTokenAudienceRefused, "aud has none of the issuer's audiences.");

    public static ValidatedToken ToValidated(Jws jws, string tokenType, string issuer, RegisteredClaims claims, ClusterSecret secret) =>
        ToValidated(tokenType, issuer, claims, jws.Claims, TokenHandles.Of(secret, issuer, jws.SigningInput), lineage: null);

    public static ValidatedToken ToValidated(
        string tokenType, string issuer, RegisteredClaims claims, JsonElement json, TokenHandle handle, Lineage? lineage)
    {
        var isIdToken = tokenType == TokenTypeIdentifiers.IdToken;
        return new ValidatedToken
        {
            TokenType = tokenType,
            Issuer = issuer,
            Subject = claims.Subject,
            Audiences = claims.Audiences,
            ClientId = isIdToken ? TokenKind.ClientOfIdToken(claims) : claims.ClientId,
            Scope = isIdToken ? TokenKind.IdTokenScope : claims.Scope,
            ExpiresAt = claims.ExpiresAt,
            IssuedAt = claims.IssuedAt,
            Handle = handle,
            Root = lineage?.Root ?? new RootSubject(issuer, claims.Subject, claims.Session, claims.IssuedAt, handle),
            Lineage = lineage,
            Claims = json,
        };
    }
}
