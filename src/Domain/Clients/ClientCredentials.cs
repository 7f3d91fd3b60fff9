using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Clients;

/// <summary>What a caller presented to prove which client it is, by method.</summary>
public abstract record ClientCredentials
{
    private ClientCredentials()
    {
    }

    /// <summary><c>client_secret_basic</c> or <c>client_secret_post</c> (RFC 6749 section 2.3.1), already decoded.</summary>
    public sealed record Secret(string ClientId, SensitiveText Value) : ClientCredentials;

    /// <summary><c>private_key_jwt</c> (RFC 7523 section 2.2). <paramref name="ClientId"/> is the optional parameter.</summary>
    public sealed record Assertion(string? ClientId, SensitiveText Jwt) : ClientCredentials;

    /// <summary><c>tls_client_auth</c> or <c>self_signed_tls_client_auth</c> (RFC 8705 section 2); the policy says which.</summary>
    public sealed record Certificate(string ClientId, ClientCertificate Value) : ClientCredentials;
}
