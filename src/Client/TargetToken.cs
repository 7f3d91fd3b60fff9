using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>A token for one target.</summary>
public sealed class TargetToken
{
    internal TargetToken(SensitiveText token, string tokenType, TokenOrigin origin, DateTimeOffset expiresAt) =>
        (Token, TokenType, Origin, ExpiresAt) = (token, tokenType, origin, expiresAt);

    public SensitiveText Token { get; }

    /// <summary>The scheme to send it with: <c>Bearer</c>, or <c>DPoP</c> where it is bound to the key of this service (RFC 9449).</summary>
    public string TokenType { get; }

    /// <summary>How it was obtained.</summary>
    public TokenOrigin Origin { get; }

    /// <summary>When its life ends, by the clock of this process.</summary>
    public DateTimeOffset ExpiresAt { get; }

    internal TargetToken From(TokenOrigin origin) => new(Token, TokenType, origin, ExpiresAt);
}

/// <summary>How a token was obtained.</summary>
public enum TokenOrigin
{
    /// <summary>It is the incoming token.</summary>
    Reused,

    /// <summary>It came inside the incoming token.</summary>
    Embedded,

    /// <summary>An earlier exchange of this process.</summary>
    Cached,

    /// <summary>It was exchanged for this call, or for one that waited at the same time.</summary>
    Exchanged,
}
