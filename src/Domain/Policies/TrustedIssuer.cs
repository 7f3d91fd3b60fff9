using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies;

/// <summary>An issuer whose tokens are accepted.</summary>
public sealed class TrustedIssuer
{
    public required string Issuer { get; init; }

    public required KeySetSource Keys { get; init; }

    /// <summary>JWS algorithms it may use; never empty.</summary>
    public required ImmutableArray<string> Algorithms { get; init; }

    /// <summary>A token of it must have one of these in <c>aud</c>; never empty.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Longest accepted <c>exp</c> − <c>iat</c>.</summary>
    public required TimeSpan MaxLifetime { get; init; }

    /// <summary>Longest accepted <c>exp</c> − <c>iat</c> of its authorization grants (RFC 7523); null: it may issue none.</summary>
    public TimeSpan? GrantLifetime { get; init; }

    /// <summary>Values of the <c>typ</c> header accepted for an access token; default <c>at+jwt</c>. "JWT" also admits an absent one.</summary>
    public required ImmutableArray<string> AccessTokenTypes { get; init; }

    /// <summary>How its SAML assertions are read; null: it issues none.</summary>
    public SamlTrust? Saml { get; init; }

    /// <summary>
    /// Put before its subjects in issued tokens, so that the same <c>sub</c> of two issuers stays two subjects. At most
    /// one issuer has an empty one, and no prefix begins another.
    /// </summary>
    public required string SubjectPrefix { get; init; }
}
