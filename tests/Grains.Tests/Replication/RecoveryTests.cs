using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.StoreKit;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>A store that forgot, and silos that have not.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private static readonly RevocationTarget Web = RevocationTarget.Client("web");
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);
    private static readonly Revoker By = new("sts", null);

    private Cluster cluster = null!;
    private TestSilo silo = null!;
    private InMemoryClusterStore earlier = null!;
    private IReadOnlyList<string> keys = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (cluster, silo) = await Cluster.ReadyAsync();
        keys = await silo.KeysAsync();
        earlier = cluster.Store.CopyTo(cluster.Clock);
        await silo.PublishAsync(Cluster.Policy(2));
        await silo.Revocations.RevokeAsync([Web], isBlock: true, By, Cancelled);
        cluster.Store.GoBackTo(earlier);
        await Assert.ThrowsAsync<FencedException>(silo.CatchUpAsync);
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Fault_F9_Lets_nobody_answer_from_a_store_that_forgot()
    {
        await silo.TryBeginAgainAsync();

        var newcomer = await cluster.Add().LoadAsync();

        Assert.Null(silo.State.Current);
        Assert.Null(newcomer.State.Current);
        Assert.StartsWith("The store has forgotten something", Assert.Single(newcomer.State.NotReadyReasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_F9_Writes_back_what_was_lost_once_the_store_is_begun_anew()
    {
        cluster.Store.BeginAnew(Hold);

        await silo.TryBeginAgainAsync();
        Assert.Null(silo.State.Current);
        var newcomer = await cluster.Add().LoadAsync();
        cluster.Clock.Advance(Hold);

        foreach (var each in new[] { silo, newcomer })
        {
            await each.CatchUpAsync();
            var snapshot = each.State.Current!;
            Assert.Equal(2, snapshot.Policy.Revision);
            Assert.True(snapshot.Revocations.IsBlocked(Web));
            Assert.Equal(keys, await each.KeysAsync());
        }
    }

    [Fact]
    public async Task Writes_nothing_back_into_the_store_that_forgot()
    {
        await silo.TryBeginAgainAsync();
        await silo.TryBeginAgainAsync();

        Assert.Equal(earlier.Records.Count, cluster.Store.Records.Count);
        await Assert.ThrowsAsync<FencedException>(silo.CatchUpAsync);
    }

    [Fact]
    public async Task Fault_F9_Takes_nothing_for_current_that_was_decided_before_the_store_was_begun_anew()
    {
        var (untouched, known) = await Cluster.ReadyAsync();
        await using var _ = untouched;
        var before = known.State.Current!.Versions;
        untouched.Store.BeginAnew(Hold);
        await Assert.ThrowsAsync<FencedException>(known.CatchUpAsync);

        await known.TryBeginAgainAsync();
        untouched.Clock.Advance(Hold);
        await known.CatchUpAsync();

        // Nothing was lost, so that every log is where it was; tokens from before are refused all the same.
        Assert.Equal(before, known.State.Current!.Versions with { Incarnation = before.Incarnation });
        Assert.False(known.State.IsCurrent(before));
    }

    [Fact]
    public async Task Merges_what_several_silos_know()
    {
        var second = cluster.Add();
        cluster.Store.BeginAnew(Hold);
        await silo.TryBeginAgainAsync();
        cluster.Clock.Advance(Hold);
        await silo.CatchUpAsync();
        await second.LoadAsync();
        var beforeIt = cluster.Store.CopyTo(cluster.Clock);
        var onlySecondKnows = RevocationTarget.Client("mobile");
        var revoking = second.Revocations.RevokeAsync([onlySecondKnows], isBlock: true, By, Cancelled);
        while (!revoking.IsCompleted)
        {
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        cluster.Store.GoBackTo(beforeIt);
        await Assert.ThrowsAsync<FencedException>(second.CatchUpAsync);
        cluster.Store.BeginAnew(Hold);
        await Assert.ThrowsAsync<FencedException>(silo.CatchUpAsync);
        await silo.TryBeginAgainAsync();
        await second.TryBeginAgainAsync();
        cluster.Clock.Advance(Hold);

        foreach (var each in new[] { silo, second })
        {
            await each.CatchUpAsync();
            Assert.True(each.State.Current!.Revocations.IsBlocked(Web));
            Assert.True(each.State.Current!.Revocations.IsBlocked(onlySecondKnows));
        }
    }
}
