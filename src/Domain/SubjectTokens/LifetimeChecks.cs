using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Compares a token's dates with our clock (RFC 7519 sections 4.1.4 to 4.1.6).</summary>
internal static class LifetimeChecks
{
    /// <summary>
    /// No skew is granted on <c>exp</c>: what is issued never outlives its subject token, so an expired one has nothing
    /// left to give. An issuer whose clock runs ahead is forgiven <see cref="SubjectTokenValidator.ClockSkew"/> on
    /// <c>nbf</c> and <c>iat</c>.
    /// </summary>
    public static Refusal? Check(RegisteredClaims claims, DateTimeOffset now)
    {
        if (claims.ExpiresAt <= now)
        {
            return new Refusal(RefusalReason.SubjectTokenExpired, "The token has expired.");
        }

        var latest = now + SubjectTokenValidator.ClockSkew;
        if (claims.NotBefore > latest || claims.IssuedAt > latest)
        {
            return new Refusal(RefusalReason.SubjectTokenNotYetValid, "nbf or iat is in the future.");
        }

        return null;
    }

    /// <summary>A cut-off is kept only as long as the longest life that an issuer declared, so no token may live longer.</summary>
    public static Refusal? CheckLength(RegisteredClaims claims, TimeSpan maxLifetime)
    {
        var lifetime = claims.ExpiresAt - claims.IssuedAt;
        return lifetime <= TimeSpan.Zero || lifetime > maxLifetime
            ? new Refusal(RefusalReason.SubjectTokenLifetimeRefused, "exp - iat is not within the issuer's max_lifetime.")
            : null;
    }
}
