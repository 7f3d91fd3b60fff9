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
