using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Clients;

/// <summary>Decides which service a caller is. Unknown client and wrong secret get the same answer in similar time.</summary>
public static class ClientAuthenticator
{
    /// <summary>JWS algorithms of client assertions.</summary>
    public static ImmutableArray<string> AssertionAlgorithms => AssertionAuthentication.Algorithms;

    /// <param name="credentials">What the caller presented: exactly one method.</param>
    /// <param name="policy">The services and how each proves itself.</param>
    /// <param name="clientKeys">Keys and registered certificates by service name, inline ones included.</param>
    /// <param name="now">The time to judge by.</param>
    public static ClientAuthenticationOutcome Authenticate(
        ClientCredentials credentials,
        PolicySnapshot policy,
        IReadOnlyDictionary<string, KeySet> clientKeys,
        DateTimeOffset now)
    {
        return credentials switch
        {
            ClientCredentials.Secret secret => WithSecret(secret, policy),
            ClientCredentials.Assertion assertion => AssertionAuthentication.Authenticate(assertion, policy, clientKeys, now),
            ClientCredentials.Certificate certificate => CertificateAuthentication.Authenticate(certificate, policy, clientKeys, now),
            _ => throw new ArgumentOutOfRangeException(nameof(credentials)),
        };
    }

    private static ClientAuthenticationOutcome WithSecret(ClientCredentials.Secret credentials, PolicySnapshot policy)
    {
        policy.Services.TryGetValue(credentials.ClientId, out var client);
        return SecretAuthentication.IsClient(client, credentials.Value)
            ? new ClientAuthenticationOutcome(client, null)
            : new ClientAuthenticationOutcome(
                null, new Refusal(RefusalReason.ClientAuthenticationFailed, "Unknown client or wrong secret."), Claimed: credentials.ClientId);
    }
}

/// <summary>
/// Either <paramref name="Client"/> or <paramref name="Refusal"/> is set. With <paramref name="Spend"/> the caller is
/// authenticated only once that assertion id was spent. <paramref name="RefreshClient"/> names the client whose keys
/// may be out of date. With a refusal, <paramref name="Claimed"/> is the client that the caller says it is, known or not;
/// empty where it says none.
/// </summary>
public sealed record ClientAuthenticationOutcome(
    Service? Client, Refusal? Refusal, AssertionId? Spend = null, string? RefreshClient = null, string Claimed = "");

/// <summary>An assertion that may be used once (RFC 7523 section 3), until it expires (skew included).</summary>
public sealed record AssertionId(string ClientId, string Jti, DateTimeOffset Until);
