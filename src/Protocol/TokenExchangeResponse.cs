namespace ExchangeCluster.Protocol;

/// <summary>A successful response of the token endpoint (RFC 6749 section 5.1, RFC 8693 section 2.2.1).</summary>
public sealed record TokenExchangeResponse
{
    public required SensitiveText AccessToken { get; init; }

    /// <summary>Null in the answer to another grant, which has no such member.</summary>
    public required string? IssuedTokenType { get; init; }

    public required string TokenType { get; init; }

    /// <summary>Remaining life in whole seconds at the moment of the answer; always positive.</summary>
    public required long ExpiresInSeconds { get; init; }

    /// <summary>The granted scope; empty when the target knows no scopes.</summary>
    public required ScopeSet Scope { get; init; }

    /// <summary>The granted authorization details (RFC 9396 section 7); empty when there are none.</summary>
    public AuthorizationDetails AuthorizationDetails { get; init; } = AuthorizationDetails.Empty;

    /// <summary>In the answer to a refresh token: the one to use next (RFC 6749 section 6). Null in any other.</summary>
    public SensitiveText? RefreshToken { get; init; }
}
