using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Clients;

/// <summary>Decides which service a caller is. Unknown client and wrong secret get the same answer in similar time.</summary>
public static class ClientAuthenticator
{
    public static ClientAuthenticationOutcome Authenticate(
        ClientCredentials credentials,
        PolicySnapshot policy,
        IReadOnlyDictionary<string, KeySet> clientKeys,
        DateTimeOffset now) => throw new NotImplementedException();
}

/// <summary>
/// Either <paramref name="Client"/> or <paramref name="Refusal"/> is set. With <paramref name="Spend"/> the caller is
/// authenticated only once that assertion id was spent. <paramref name="RefreshClient"/> names the client whose keys
/// may be out of date.
/// </summary>
public sealed record ClientAuthenticationOutcome(
    Service? Client, Refusal? Refusal, AssertionId? Spend = null, string? RefreshClient = null);

/// <summary>An assertion that may be used once (RFC 7523 section 3), until it expires (skew included).</summary>
public sealed record AssertionId(string ClientId, string Jti, DateTimeOffset Until);
