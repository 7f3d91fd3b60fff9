using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Whether a foreign JWT is what it was declared to be (RFC 8725 section 3.11). Access tokens and ID tokens of one issuer
/// have the same signature; taking one for the other gives a client rights that were meant for nobody, or for another.
/// </summary>
internal static class TokenKind
{
    /// <summary>
    /// What an ID token grants: that the user logged in (OpenID Connect Core section 3.1.2.1). A rule that gives more for it
    /// names that as an elevation.
    /// </summary>
    public static readonly ScopeSet IdTokenScope = ScopeSet.Of("openid");

    /// <summary>Claims that only ID tokens have (OpenID Connect Core section 2, 3.3.2.11): those are for their client.</summary>
    private static readonly string[] IdTokenClaims = ["nonce", "at_hash", "c_hash", "s_hash"];

    /// <summary>Claims that make a JWT without a telling typ an access token (RFC 9068 section 2.2.3).</summary>
    private static readonly string[] AccessTokenClaims = ["scope", "scp"];

    public static bool IsAcceptable(string type, string tokenType, TrustedIssuer issuer) => tokenType switch
    {
        TokenTypeIdentifiers.AccessToken => issuer.AccessTokenTypes.Any(accepted => TokenMediaType.Normalize(accepted) == type),
        TokenTypeIdentifiers.IdToken => type is TokenMediaType.Jwt,
        _ => type is TokenMediaType.Jwt or TokenMediaType.AccessToken,
    };

    public static Refusal? Check(JsonElement claims, string tokenType)
    {
        if (claims.TryGetProperty(Lineage.ClaimName, out _) || claims.TryGetProperty(EmbeddedTokens.ClaimName, out _))
        {
            return new Refusal(RefusalReason.SubjectTokenLineageRefused, "Another issuer's token has our lineage claim, or carries tokens as ours do.");
        }

        var (alien, detail) = tokenType == TokenTypeIdentifiers.IdToken
            ? (AccessTokenClaims, "The token is an access token.")
            : (IdTokenClaims, "The token is an ID token.");
        return alien.Any(claim => claims.TryGetProperty(claim, out _))
            ? new Refusal(RefusalReason.SubjectTokenTypeMismatch, detail)
            : null;
    }

    /// <summary>An ID token is for its client: <c>azp</c>, else the only audience.</summary>
    public static string? ClientOfIdToken(RegisteredClaims claims) =>
        claims.ClientId ?? (claims.Audiences.Length == 1 ? claims.Audiences[0] : null);
}
