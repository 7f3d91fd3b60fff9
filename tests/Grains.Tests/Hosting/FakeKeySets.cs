using ExchangeCluster.Grains.Pipeline;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>Counts refreshes, and answers what the test says.</summary>
internal sealed class FakeKeySets : IKeySetRefresher
{
    public List<string> Issuers { get; } = [];

    public List<string> Clients { get; } = [];

    /// <summary>Runs for every refresh; its result is the answer.</summary>
    public Func<bool> Refresh { get; set; } = () => false;

    public Task<bool> RefreshIssuerAsync(string issuer, CancellationToken cancellationToken)
    {
        Issuers.Add(issuer);
        return Task.FromResult(Refresh());
    }

    public Task<bool> RefreshClientAsync(string client, CancellationToken cancellationToken)
    {
        Clients.Add(client);
        return Task.FromResult(Refresh());
    }

    public void Reset()
    {
        Issuers.Clear();
        Clients.Clear();
        Refresh = () => false;
    }
}
