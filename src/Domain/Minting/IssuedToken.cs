using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>A token we minted, with what the response says of it.</summary>
public sealed class IssuedToken
{
    public required SensitiveText Token { get; init; }

    public required string IssuedTokenType { get; init; }

    public required string TokenType { get; init; }

    public required ScopeSet Scope { get; init; }

    public AuthorizationDetails AuthorizationDetails { get; init; } = AuthorizationDetails.Empty;

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Instead of an access token: a refresh token for the same (RFC 8693 section 2.2.1).</summary>
    public IssuedToken AsRefreshToken(RefreshReference reference, DateTimeOffset until) => new()
    {
        Token = reference.Text,
        IssuedTokenType = TokenTypeIdentifiers.RefreshToken,
        TokenType = AccessTokenTypes.NotApplicable,
        Scope = Scope,
        AuthorizationDetails = AuthorizationDetails,
        IssuedAt = IssuedAt,
        ExpiresAt = until,
    };

    /// <summary>The same token under a reference to it, for a caller who may not see the JWT.</summary>
    public IssuedToken Behind(TokenReference reference) => new()
    {
        Token = reference.Text,
        IssuedTokenType = IssuedTokenType,
        TokenType = TokenType,
        Scope = Scope,
        AuthorizationDetails = AuthorizationDetails,
        IssuedAt = IssuedAt,
        ExpiresAt = ExpiresAt,
    };
}
