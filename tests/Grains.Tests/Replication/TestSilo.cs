using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Grains.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>The replicated state of one silo, composed as the process composes it; without HTTP and without Orleans.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public TestSilo(IClusterStore store, KeyEncryptionKey key, TimeProvider clock)
    {
        Store = new FaultyStore(store);
        services = new ServiceCollection()
            .AddSerializer()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton(clock)
            .AddSingleton<IClusterStore>(Store)
            .AddSingleton(key)
            .AddReplication(options => options.InitializeStore = true)
            .BuildServiceProvider();
    }

    public FaultyStore Store { get; }

    public CapturedLog Log { get; } = new();

    public IClusterState State => services.GetRequiredService<IClusterState>();

    public IPolicyPublisher Policies => services.GetRequiredService<IPolicyPublisher>();

    public IKeySetPublisher KeySets => services.GetRequiredService<IKeySetPublisher>();

    public IRevocationPublisher Revocations => services.GetRequiredService<IRevocationPublisher>();

    /// <summary>All records of our own keys, private ones included.</summary>
    public Task<List<string>> KeysAsync() => services.GetRequiredService<Replica>().ReadAsync(
        logs => logs.Keys.Records.Select(record => record.LogKey + Convert.ToHexString(record.Encode())).Order(StringComparer.Ordinal).ToList(), Cancelled);

    public HandOvers HandOvers => services.GetRequiredService<HandOvers>();

    public ITokenReferences References => services.GetRequiredService<ITokenReferences>();

    public IRefreshTokens RefreshTokens => services.GetRequiredService<IRefreshTokens>();

    public ISpentOnce SpentOnce => services.GetRequiredService<ISpentOnce>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IEnumerable<IHostedService> HostedServices => services.GetServices<IHostedService>();

    /// <summary>Everything, with the loops that run by the clock.</summary>
    public async Task<TestSilo> StartAsync()
    {
        foreach (var service in HostedServices)
        {
            await service.StartAsync(Cancelled);
        }

        return this;
    }

    /// <summary>Loads the state and nothing else: it is confirmed again only when the test catches up.</summary>
    public async Task<TestSilo> LoadAsync()
    {
        await services.GetRequiredService<Replica>().StartAsync(Cancelled);
        return this;
    }

    /// <summary>What the loop does while the store is one that forgot.</summary>
    public Task TryBeginAgainAsync() => services.GetRequiredService<Replica>().TryBeginAgainAsync(Cancelled);

    public Task CatchUpAsync() => State.CatchUpAsync(Cancelled);

    public Task<PolicyPublication> PublishAsync(string policy) => Policies.PublishAsync(policy, "policy.yaml", Cancelled);

    public async Task StopAsync()
    {
        foreach (var service in HostedServices.Reverse())
        {
            await service.StopAsync(Cancelled);
        }
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
