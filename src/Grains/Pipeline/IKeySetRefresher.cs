namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Fetches the keys of a configured issuer or client again because a token named an unknown one: at most once per
/// interval and owner, coalesced. Never fetches from anywhere a token says.
/// </summary>
public interface IKeySetRefresher
{
    /// <summary>True when newer keys have been applied on this silo.</summary>
    Task<bool> RefreshIssuerAsync(string issuer, CancellationToken cancellationToken);

    /// <summary>True when newer keys have been applied on this silo.</summary>
    Task<bool> RefreshClientAsync(string client, CancellationToken cancellationToken);
}
