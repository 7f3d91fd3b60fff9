using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

public sealed class SpentOnceTests
{
    [Fact]
    public async Task Fault_C7_Is_spent_exactly_once_over_all_silos()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(index =>
            Task.Run(() => SpendAsync(index % 2 == 0 ? silo : other, cluster), TestContext.Current.CancellationToken)));

        Assert.Single(results, spent => spent);
    }

    [Fact]
    public async Task Fault_C9_Keeps_kinds_and_owners_apart()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        Assert.True(await SpendAsync(silo, cluster));
        Assert.True(await SpendAsync(silo, cluster, kind: "dpop-proof"));
        Assert.True(await SpendAsync(silo, cluster, owner: "orders"));
        Assert.True(await SpendAsync(silo, cluster, owner: "webj", id: "ti-1"));
        Assert.False(await SpendAsync(silo, cluster));
    }

    [Fact]
    public async Task Shows_the_store_neither_owner_nor_id()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        await SpendAsync(silo, cluster, owner: "canary-owner", id: "canary-id");

        var (kind, id) = Assert.Single(cluster.Store.Spent);
        Assert.Equal("client-assertion", kind);
        Assert.DoesNotContain("canary", id, StringComparison.Ordinal);
        Assert.Equal(43, id.Length);
    }

    [Fact]
    public async Task Assumes_nothing_when_the_store_does_not_answer()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        silo.Store.Failure = new IOException("down");

        await Assert.ThrowsAsync<IOException>(() => SpendAsync(silo, cluster));
    }

    [Fact]
    public async Task Spends_nothing_on_a_silo_that_may_not_answer()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        cluster.Clock.Advance(Cluster.Fence);

        await Assert.ThrowsAsync<InvalidOperationException>(() => SpendAsync(silo, cluster));

        Assert.Empty(cluster.Store.Spent);
    }

    private static Task<bool> SpendAsync(
        TestSilo silo, Cluster cluster, string kind = "client-assertion", string owner = "web", string id = "jti-1") =>
        silo.SpentOnce.TrySpendAsync(
            kind, owner, id, cluster.Clock.GetUtcNow() + TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
