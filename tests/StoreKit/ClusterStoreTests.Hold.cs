using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.StoreKit;

public abstract partial class ClusterStoreTests
{
    /// <summary>False for a store that no other process can open: nobody has to be told.</summary>
    protected virtual bool IsShared => true;

    [Fact]
    public async Task Tells_every_silo_that_it_is_held()
    {
        await Store.InitializeAsync(Cancelled);
        Assert.False((await LoadAsync()).IsHeld);

        await Store.HoldAsync((await HeadAsync(LogNames.Revocations)).Incarnation, Cancelled);

        Assert.Equal(IsShared, (await LoadAsync()).IsHeld);
        Assert.Equal(IsShared, (await Store.ConfirmAsync("stranger", Nothing, DropAfter, Cancelled)).IsHeld);
    }

    [Fact]
    public async Task Is_not_held_for_what_an_earlier_incarnation_forgot()
    {
        await Store.InitializeAsync(Cancelled);

        await Store.HoldAsync((await HeadAsync(LogNames.Keys)).Incarnation, Cancelled);

        Assert.False((await LoadAsync()).IsHeld);
    }

    [Fact]
    public async Task Stays_without_logs_when_it_is_held()
    {
        await Store.HoldAsync(Guid.Empty, Cancelled);

        Assert.Empty((await LoadAsync()).Heads);
    }
}
