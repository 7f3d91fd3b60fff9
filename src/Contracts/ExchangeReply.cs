namespace ExchangeCluster.Contracts;

/// <summary>
/// A token response (RFC 8693 section 2.2.1) or, where <see cref="Error"/> is set, an error response (RFC 6749
/// section 5.2, RFC 8693 section 2.2.2). It prints nothing of the token.
/// </summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.ExchangeReply")]
public sealed class ExchangeReply
{
    /// <summary>The issued token, a secret; null in an error response.</summary>
    [Id(0)]
    public string? AccessToken { get; init; }

    /// <summary>A token type identifier of RFC 8693 section 3; null in an error response.</summary>
    [Id(1)]
    public string? IssuedTokenType { get; init; }

    /// <summary>How to use the token, such as <c>Bearer</c>; null in an error response.</summary>
    [Id(2)]
    public string? TokenType { get; init; }

    /// <summary>Remaining life in whole seconds, positive; 0 in an error response.</summary>
    [Id(3)]
    public long ExpiresInSeconds { get; init; }

    /// <summary>The granted scope; null in an error response.</summary>
    [Id(4)]
    public string? Scope { get; init; }

    /// <summary>An OAuth error code. <c>temporarily_unavailable</c> is worth another try; null on success.</summary>
    [Id(5)]
    public string? Error { get; init; }

    /// <summary>For the developer of the caller; null on success.</summary>
    [Id(6)]
    public string? ErrorDescription { get; init; }

    /// <summary>With <c>insufficient_user_authentication</c> (RFC 9470): what would do, separated by spaces; null: any.</summary>
    [Id(7)]
    public string? AcrValues { get; init; }

    /// <summary>With <c>insufficient_user_authentication</c>: the longest time since the user was authenticated; null: any.</summary>
    [Id(8)]
    public long? MaxAgeSeconds { get; init; }

    /// <summary>The granted authorization details (RFC 9396 section 7) as a JSON array; null when there are none.</summary>
    [Id(9)]
    public string? AuthorizationDetails { get; init; }

    /// <summary>The nonce for the next DPoP proof (RFC 9449 section 8); null when none is needed.</summary>
    [Id(10)]
    public string? DpopNonce { get; init; }

    /// <summary>Shows the error code at most.</summary>
    public override string ToString() => Error is null ? nameof(ExchangeReply) : $"{nameof(ExchangeReply)}({Error})";
}
