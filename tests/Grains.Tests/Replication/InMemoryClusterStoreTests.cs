using ExchangeCluster.Grains.Replication;
using ExchangeCluster.StoreKit;
using Microsoft.Extensions.Time.Testing;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>The store that the tests of this folder stand on keeps what the real ones keep.</summary>
public sealed class InMemoryClusterStoreTests : ClusterStoreTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly InMemoryClusterStore store;

    public InMemoryClusterStoreTests() => store = new InMemoryClusterStore(clock);

    protected override IClusterStore Store => store;

    protected override DateTimeOffset Now => clock.GetUtcNow();

    protected override Task PassAsync(TimeSpan time)
    {
        clock.Advance(time);
        return Task.CompletedTask;
    }

    protected override Task ReopenAsync() => Task.CompletedTask;
}
