using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>Where to exchange tokens, and as whom.</summary>
public sealed class TokenExchangeClientOptions
{
    /// <summary>The absolute address of the token endpoint: https, or http on loopback.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>The <c>client_id</c>: the name of the calling service in the policy.</summary>
    public required string ClientId { get; init; }

    /// <summary>Sent as <c>client_secret_basic</c> (RFC 6749 section 2.3.1).</summary>
    public required SensitiveText ClientSecret { get; init; }
}
