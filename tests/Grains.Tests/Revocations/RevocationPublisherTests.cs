using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Grains.Tests.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Revocations;

public sealed class RevocationPublisherTests
{
    private static readonly RevocationTarget Web = RevocationTarget.Client("web");
    private static readonly Revoker By = new("sts", null);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Holds_here_once_it_is_acknowledged()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        var receipt = await silo.Revocations.RevokeAsync([Web, RevocationTarget.All], isBlock: false, By, Cancelled);

        var snapshot = silo.State.Current!;
        Assert.Equal(2, receipt.Epoch);
        Assert.Equal(2, snapshot.Versions.Revocations);
        Assert.Equal((1, 0), (receipt.SilosConfirmed, receipt.SilosFenced));
        Assert.Equal([1L, 2L], snapshot.Revocations.Entries.Select(entry => entry.Epoch).Order());
        Assert.All(snapshot.Revocations.Entries, entry => Assert.Equal((cluster.Clock.GetUtcNow(), "sts"), (entry.At, entry.By)));
    }

    [Fact]
    public async Task Waits_until_another_registered_silo_has_lost_its_lease()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();

        var revoking = silo.Revocations.RevokeAsync([Web], isBlock: true, By, Cancelled);
        while (silo.State.Current?.Versions.Revocations != 1)
        {
            await Task.Yield();
        }

        Assert.False(revoking.IsCompleted);
        Assert.NotNull(other.State.Current);
        Assert.False(other.State.Current.Revocations.IsBlocked(Web));

        while (!revoking.IsCompleted)
        {
            cluster.Clock.Advance(Cluster.Fence / 30);
            await Task.Yield();
        }

        var receipt = await revoking;
        Assert.Equal((1, 1), (receipt.SilosConfirmed, receipt.SilosFenced));
        Assert.True(receipt.Elapsed > Cluster.Fence);
        Assert.Null(other.State.Current);
        await other.CatchUpAsync();
        Assert.True(other.State.Current?.Revocations.IsBlocked(Web));
    }

    [Fact]
    public async Task Waits_until_answers_that_were_checked_before_are_handed_over()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var handOver = silo.HandOvers.Begin();

        var revoking = silo.Revocations.RevokeAsync([Web], isBlock: false, By, Cancelled);
        while (silo.State.Current?.Versions.Revocations != 1)
        {
            await Task.Yield();
        }

        Assert.False(revoking.IsCompleted);
        handOver.Dispose();
        await revoking;
    }

    [Fact]
    public async Task Fault_R18_Frees_a_cut_off_once_nothing_it_covers_can_be_alive_and_keeps_a_block()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await silo.Revocations.RevokeAsync([Web], isBlock: false, By, Cancelled);
        await silo.Revocations.RevokeAsync([Web], isBlock: true, By, Cancelled);
        var kept = TimeSpan.FromHours(1) + (2 * SubjectTokenValidator.ClockSkew);

        cluster.Clock.Advance(kept - TimeSpan.FromSeconds(1));
        await silo.CatchUpAsync();
        Assert.Equal(2, silo.State.Current?.Revocations.Count);

        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await silo.CatchUpAsync();
        Assert.True(Assert.Single(silo.State.Current!.Revocations.Entries).IsBlock);
    }

    [Fact]
    public async Task A_lifted_block_leaves_a_cut_off_and_a_lifted_cut_off_nothing_on_every_silo()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await silo.Revocations.RevokeAsync([Web], isBlock: true, By, Cancelled);
        var block = Assert.Single(silo.State.Current!.Revocations.Entries);

        Assert.NotNull(await silo.Revocations.LiftAsync(block.Id, By, Cancelled));
        var cutOff = Assert.Single(silo.State.Current!.Revocations.Entries);
        Assert.Equal((false, true), (cutOff.IsBlock, cutOff.Epoch > block.Epoch));
        Assert.Null(await silo.Revocations.LiftAsync(block.Id, By, Cancelled));

        Assert.NotNull(await silo.Revocations.LiftAsync(cutOff.Id, By, Cancelled));
        Assert.Equal(0, silo.State.Current!.Revocations.Count);
        var joiner = await cluster.Add().LoadAsync();
        Assert.Equal(0, joiner.State.Current?.Revocations.Count);
    }

    [Fact]
    public async Task Writes_many_at_once_without_losing_one()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => Task.Run(
            () => silo.Revocations.RevokeAsync([RevocationTarget.Token(new TokenHandle((UInt128)number))], isBlock: false, By, Cancelled), Cancelled)));

        Assert.Equal(50, silo.State.Current?.Revocations.Count);
        Assert.Equal(50, silo.State.Current?.Versions.Revocations);
        Assert.All(receipts, receipt => Assert.InRange(receipt.Epoch, 1, 50));
    }

    [Fact]
    public async Task Fault_R2_Acknowledges_nothing_that_the_store_did_not_take()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        silo.Store.Failure = new IOException("down");

        await Assert.ThrowsAsync<IOException>(() => silo.Revocations.RevokeAsync([Web], isBlock: false, By, Cancelled));

        silo.Store.Failure = null;
        await silo.CatchUpAsync();
        Assert.Equal(0, silo.State.Current?.Revocations.Count);
        await silo.Revocations.RevokeAsync([Web], isBlock: false, By, Cancelled);
    }

    [Fact]
    public async Task Stores_no_subject_in_the_clear()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var secret = silo.State.Current!.KeyRing.Secret;

        await silo.Revocations.RevokeAsync([RevocationTarget.Subject("https://login.shop.example", "alice", secret)], isBlock: true, By, Cancelled);

        var record = Assert.Single(cluster.Store.Records, record => record.Log == LogNames.Revocations);
        Assert.DoesNotContain("alice", record.Key, StringComparison.Ordinal);
        Assert.Equal(-1, record.Payload.Span.IndexOf("sts"u8));
    }
}
