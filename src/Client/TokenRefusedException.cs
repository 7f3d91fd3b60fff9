using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>The token service refused (RFC 6749 section 5.2). Holds no token.</summary>
public sealed class TokenRefusedException : Exception
{
    internal TokenRefusedException(string target, TokenError error)
        : base($"The token service refused a token for '{target}': {error.Code}. {error.Description}") => Error = error;

    /// <summary>What it answered; with <c>insufficient_user_authentication</c> also what would do (RFC 9470).</summary>
    public TokenError Error { get; }
}
