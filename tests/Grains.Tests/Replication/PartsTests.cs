using System.Text;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>What a silo makes of a confirmation that comes in parts.</summary>
public sealed class PartsTests
{
    private const int Leavers = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Loads_all_parts(int size)
    {
        var (cluster, writer) = await RevokedAsync();
        await using var _ = cluster;
        cluster.Store.MostRecords = size;

        var silo = await cluster.Add().LoadAsync();

        Assert.Equal(writer.State.Current!.Versions, silo.State.Current?.Versions);
        Assert.Equal(Leavers, silo.State.Current!.Revocations.Count);
    }

    [Fact]
    public async Task Answers_nothing_between_two_parts()
    {
        var (cluster, _) = await RevokedAsync();
        await using var __ = cluster;
        cluster.Store.MostRecords = 7;
        var silo = cluster.Add();
        var answered = new List<ClusterSnapshot?>();
        silo.Store.BeforeReply = () =>
        {
            answered.Add(silo.State.Current);
            return Task.CompletedTask;
        };

        await silo.LoadAsync();

        Assert.True(answered.Count > 2);
        Assert.All(answered, Assert.Null);
    }

    [Fact]
    public async Task Asks_for_the_next_part_before_it_applies_one()
    {
        var (cluster, _) = await RevokedAsync();
        await using var __ = cluster;
        cluster.Store.MostRecords = 7;
        var silo = cluster.Add();
        var asked = silo.Store.CallsReachAsync(nameof(IClusterStore.ConfirmAsync), 2);
        silo.Store.Forge = confirmation => silo.Store.Confirmations == 1
            ? confirmation with { Records = [confirmation.Records[0] with { Payload = new byte[100] }, .. confirmation.Records.Skip(1)] }
            : confirmation;

        await Assert.ThrowsAsync<FencedException>(silo.LoadAsync);

        await asked;
        Assert.Null(silo.State.Current);
    }

    [Fact]
    public async Task Has_no_part_on_its_way_when_it_is_fenced_by_the_one_before()
    {
        var (cluster, _) = await RevokedAsync();
        await using var __ = cluster;
        cluster.Store.MostRecords = 7;
        var silo = cluster.Add();
        silo.Store.Forge = confirmation => silo.Store.Confirmations == 1 ? confirmation with { Heads = new Dictionary<string, LogHead>(StringComparer.Ordinal) } : confirmation;
        var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Store.BeforeReply = () => silo.Store.Confirmations == 1 ? Task.CompletedTask : reply.Task;

        var loading = silo.LoadAsync();

        Assert.False(loading.IsCompleted);
        reply.SetResult();
        await Assert.ThrowsAsync<FencedException>(() => loading);
    }

    [Fact]
    public async Task The_lease_begins_with_the_last_part()
    {
        var (cluster, _) = await RevokedAsync();
        await using var __ = cluster;
        cluster.Store.MostRecords = 7;
        var silo = cluster.Add();
        silo.Store.BeforeReply = () =>
        {
            cluster.Clock.Advance(Cluster.Fence / 2);
            return Task.CompletedTask;
        };

        await silo.LoadAsync();

        Assert.True(silo.Store.Confirmations > 2);
        Assert.NotNull(silo.State.Current);
        cluster.Clock.Advance(Cluster.Fence / 2);
        Assert.Null(silo.State.Current);
    }

    [Fact]
    public async Task Goes_on_where_it_was_when_a_part_could_not_be_fetched()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();
        await RevokeAsync(cluster, silo);
        cluster.Store.MostRecords = 7;
        var before = other.State.Current;
        var confirmations = other.Store.Confirmations;
        other.Store.BeforeReply = () => other.Store.Confirmations == confirmations + 3 ? throw new IOException("down") : Task.CompletedTask;

        await Assert.ThrowsAsync<IOException>(other.CatchUpAsync);
        Assert.Same(before, other.State.Current);
        other.Store.BeforeReply = null;
        await other.CatchUpAsync();

        Assert.Equal(silo.State.Current!.Versions, other.State.Current?.Versions);
        Assert.Equal(Leavers, other.State.Current!.Revocations.Count);
    }

    [Fact]
    public async Task Shows_what_it_had_applied_before_a_part_could_not_be_fetched_even_when_nothing_is_left_to_apply()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();
        await RevokeAsync(cluster, silo);
        var confirmations = other.Store.Confirmations;

        // All that there is, and it says that there is more.
        other.Store.Forge = confirmation => confirmation with { HasMore = other.Store.Confirmations == confirmations + 1 };
        other.Store.BeforeReply = () => other.Store.Confirmations == confirmations + 2 ? throw new IOException("down") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(other.CatchUpAsync);
        other.Store.BeforeReply = null;
        await other.CatchUpAsync();

        Assert.Equal(silo.State.Current!.Versions, other.State.Current?.Versions);
        Assert.Equal(Leavers, other.State.Current!.Revocations.Count);
    }

    [Fact]
    public async Task Takes_what_was_replaced_between_two_parts()
    {
        var (cluster, writer) = await RevokedAsync();
        await using var _ = cluster;
        cluster.Store.MostRecords = 7;
        var silo = cluster.Add();
        silo.Store.BeforeReply = async () =>
        {
            if (silo.Store.Confirmations == 2)
            {
                await RevokeAsync(cluster, writer);
                await writer.PublishAsync(Cluster.Policy(2));
            }
        };

        await silo.LoadAsync();

        Assert.Equal(2, silo.State.Current?.Policy.Revision);
        Assert.Equal(writer.State.Current!.Versions, silo.State.Current?.Versions);
        Assert.Equal(
            writer.State.Current!.Revocations.Entries.Select(entry => (entry.Id, entry.Epoch)).Order(),
            silo.State.Current!.Revocations.Entries.Select(entry => (entry.Id, entry.Epoch)).Order());
    }

    private static async Task<(Cluster Cluster, TestSilo Writer)> RevokedAsync()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await RevokeAsync(cluster, silo);
        return (cluster, silo);
    }

    /// <summary>Always the same subjects; <paramref name="witness"/> knows at once.</summary>
    private static async Task RevokeAsync(Cluster cluster, TestSilo witness)
    {
        var secret = witness.State.Current!.KeyRing.Secret;
        for (var leaver = 0; leaver < Leavers; leaver++)
        {
            var target = RevocationTarget.Subject("https://login.shop.example", $"leaver-{leaver}", secret);
            var revocation = new Revocation
            {
                Id = target.Id(isBlock: true, secret),
                Target = target,
                IsBlock = true,
                Epoch = 0,
                At = cluster.Clock.GetUtcNow(),
                ExpiresAt = null,
                By = "web",
                BySubject = null,
            };
            await cluster.AppendAsync(LogNames.Revocations, revocation.Id, Encoding.UTF8.GetString(RevocationLog.Encode(revocation)));
        }

        await witness.CatchUpAsync();
    }
}
