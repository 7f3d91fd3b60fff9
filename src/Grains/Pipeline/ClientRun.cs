using ExchangeCluster.Domain.Clients;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>One request of a client: what outlives an attempt that is made again under newer state.</summary>
internal class ClientRun(ClientCredentials? credentials)
{
    public ClientCredentials? Credentials { get; } = credentials;

    /// <summary>The assertion that this request has spent; deciding again doesn't spend it again.</summary>
    public AssertionId? Spent { get; set; }

    public bool ClientKeysRefreshed { get; set; }

    /// <summary>Whether the rate permitted its failure; null while none was counted. Deciding again doesn't count it again.</summary>
    public bool? FailurePermitted { get; set; }
}
