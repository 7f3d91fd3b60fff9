using System.Collections.Immutable;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies;

/// <summary>A service: caller and target at once.</summary>
public sealed class Service
{
    /// <summary>Also its <c>client_id</c>.</summary>
    public required string Name { get; init; }

    public required string Domain { get; init; }

    /// <summary>The value of <c>aud</c> in tokens for it.</summary>
    public required string Audience { get; init; }

    /// <summary>The same, for a token that is for nobody else.</summary>
    internal ImmutableArray<string> Audiences => field.IsDefault ? field = [Audience] : field;

    /// <summary>Further URIs that name it in <c>resource</c> (RFC 8707 section 2); tokens still have its audience.</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>The scopes that exist at this service; also the ceiling of what it may pass on.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>The types of authorization details (RFC 9396) that exist at this service, and that it may pass on.</summary>
    public ImmutableArray<string> AuthorizationDetailsTypes { get; init; } = [];

    public required ServiceCredentials Credentials { get; init; }

    /// <summary>Grants it may use; for another it is authenticated, and then refused with <c>unauthorized_client</c>.</summary>
    public required Grants Grants { get; init; }

    /// <summary>Whether every token for it must be bound to a key of the caller.</summary>
    public bool DpopRequired { get; init; }

    /// <summary>Whether every token for it must be bound to the caller's certificate (RFC 8705 section 3).</summary>
    public bool CertificateBindingRequired { get; init; }

    /// <summary>What is issued for it.</summary>
    public TokenFormat TokenFormat { get; init; } = TokenFormat.Jwt;

    /// <summary>JWS algorithm of tokens for it: <c>ES256</c> (default) or <c>RS256</c>.</summary>
    public required string SigningAlgorithm { get; init; }
}

/// <summary>How a service proves that it is itself. A service without any can't call.</summary>
public sealed class ServiceCredentials
{
    public static readonly ServiceCredentials None = new() { SecretHashes = [], KeySet = null };

    /// <summary>Accepted client secrets, as hashes; at most two.</summary>
    public required ImmutableArray<ClientSecretHash> SecretHashes { get; init; }

    /// <summary>Where its public keys for <c>private_key_jwt</c> come from; null when it has none.</summary>
    public required KeySetSource? KeySet { get; init; }

    /// <summary>Its TLS client certificate; null when it may not use one.</summary>
    public CertificateCredential? Certificate { get; init; }
}
