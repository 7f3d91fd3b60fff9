using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>When a silo answers, and under what.</summary>
public sealed class ReplicaTests
{
    [Fact]
    public async Task Answers_nothing_before_it_has_loaded()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = cluster.Add();

        Assert.Null(silo.State.Current);
        Assert.Equal(["The replicated state has not been loaded."], silo.State.NotReadyReasons);
    }

    [Fact]
    public async Task Answers_nothing_without_policy_and_keys_and_names_both()
    {
        await using var cluster = new Cluster();
        var silo = await cluster.Add().LoadAsync();

        Assert.Null(silo.State.Current);
        Assert.Equal(["No policy has been published.", "No signing keys have been made."], silo.State.NotReadyReasons);
    }

    [Fact]
    public async Task Answers_once_a_policy_is_published()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = await cluster.Add().LoadAsync();

        await silo.PublishAsync(Cluster.Policy(1));

        Assert.Equal(1, silo.State.Current?.Policy.Revision);
        Assert.Empty(silo.State.NotReadyReasons);
        Assert.True(silo.State.IsCurrent(silo.State.Current!.Versions));
    }

    [Fact]
    public async Task Registers_before_it_loads()
    {
        await using var cluster = new Cluster();
        var silo = await cluster.Add().LoadAsync();

        Assert.Equal(["InitializeAsync", "RegisterAsync", "ConfirmAsync"], silo.Store.Calls);
    }

    [Fact]
    public async Task Does_not_start_without_the_store()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = cluster.Add();
        silo.Store.Failure = new IOException("down");

        await Assert.ThrowsAsync<IOException>(silo.LoadAsync);
        Assert.Null(silo.State.Current);
    }

    [Fact]
    public async Task Fault_F6_Stops_answering_a_fence_after_the_store_went_down_and_goes_on_when_it_is_back()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        silo.Store.Failure = new IOException("down");
        cluster.Clock.Advance(Cluster.Fence - TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<IOException>(silo.CatchUpAsync);
        var before = silo.State.Current;

        cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.NotNull(before);
        Assert.Null(silo.State.Current);
        Assert.False(silo.State.IsCurrent(before.Versions));
        Assert.Equal(["The store has not confirmed the replicated state within the fence time."], silo.State.NotReadyReasons);

        silo.Store.Failure = null;
        await silo.CatchUpAsync();
        Assert.Same(before, silo.State.Current);
    }

    [Fact]
    public async Task Counts_the_lease_from_the_sending_of_the_confirmation()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        silo.Store.BeforeReply = () =>
        {
            cluster.Clock.Advance(Cluster.Fence * 0.6);
            return Task.CompletedTask;
        };

        await silo.CatchUpAsync();

        Assert.NotNull(silo.State.Current);
        cluster.Clock.Advance(Cluster.Fence * 0.6);
        Assert.Null(silo.State.Current);
    }

    [Fact]
    public async Task Fault_F5_Stops_answering_when_only_the_wall_clock_went_on()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        cluster.Clock.SetWall(Cluster.Fence);

        Assert.Null(silo.State.Current);
    }

    [Fact]
    public async Task Fault_F16_Stops_answering_when_only_the_monotonic_clock_went_on()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        cluster.Clock.AdvanceMonotonic(Cluster.Fence);

        Assert.Null(silo.State.Current);
    }

    [Theory]
    [InlineData(-31, false)]
    [InlineData(-29, true)]
    [InlineData(29, true)]
    [InlineData(31, false)]
    public async Task Fault_F16_Answers_only_while_its_clock_and_the_store_s_agree(int ahead_s, bool answers)
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        silo.Store.Forge = confirmation => confirmation with { At = confirmation.At - TimeSpan.FromSeconds(ahead_s) };

        await silo.CatchUpAsync();

        Assert.Equal(answers, silo.State.Current is not null);
        Assert.Equal(answers, silo.State.NotReadyReasons is not ["This silo's clock and the store's differ by more than 30 s."]);

        silo.Store.Forge = null;
        await silo.CatchUpAsync();
        Assert.NotNull(silo.State.Current);
        Assert.Empty(silo.State.NotReadyReasons);
    }

    [Fact]
    public async Task Does_not_renew_the_lease_before_everything_confirmed_is_applied()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();
        await other.PublishAsync(Cluster.Policy(2));
        var (held, release) = Hold(silo);
        cluster.Clock.Advance(Cluster.Fence * 0.6);
        var catchUp = silo.CatchUpAsync();
        await held;

        // The store has confirmed and named revision 2, but the silo doesn't know.
        cluster.Clock.Advance(Cluster.Fence * 0.6);
        Assert.Null(silo.State.Current);

        release();
        await catchUp;
        Assert.Equal(2, silo.State.Current?.Policy.Revision);
    }

    [Fact]
    public async Task Takes_a_change_of_another_silo_when_it_catches_up()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();
        await other.PublishAsync(Cluster.Policy(2));
        var newest = other.State.Current!.Versions;

        Assert.Equal(1, silo.State.Current?.Policy.Revision);
        Assert.False(silo.State.IsCurrent(newest));

        await silo.CatchUpAsync();

        Assert.Equal(2, silo.State.Current?.Policy.Revision);
        Assert.True(silo.State.IsCurrent(newest));
    }

    [Fact]
    public async Task Keeps_its_snapshot_while_nothing_changes()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var before = silo.State.Current;

        await silo.CatchUpAsync();

        Assert.Same(before, silo.State.Current);
    }

    [Fact]
    public async Task Makes_one_confirmation_serve_all_who_wait()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var before = silo.Store.Confirmations;
        var (held, release) = Hold(silo);
        var first = silo.CatchUpAsync();
        await held;
        Task[] waiting = [.. Enumerable.Range(0, 50).Select(_ => silo.CatchUpAsync())];

        release();
        await Task.WhenAll([first, .. waiting]);

        // The one that was under way when they came could not have seen what they wait for; the next one has.
        Assert.Equal(before + 2, silo.Store.Confirmations);
    }

    [Fact]
    public async Task Lets_the_next_who_waits_try_when_a_confirmation_fails()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        silo.Store.Failure = new IOException("down");
        await Assert.ThrowsAsync<IOException>(silo.CatchUpAsync);
        await Assert.ThrowsAsync<IOException>(silo.CatchUpAsync);
    }

    [Fact]
    public async Task Registers_again_when_it_was_dropped()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var before = silo.State.Current;
        cluster.Clock.Advance(Cluster.Fence * 2);

        await silo.CatchUpAsync();

        Assert.Same(before, silo.State.Current);
        Assert.Single(cluster.Store.Silos);
        Assert.Equal(["ConfirmAsync", "RegisterAsync", "ConfirmAsync"], silo.Store.Calls.TakeLast(3));
    }

    [Fact]
    public async Task Stops_answering_at_once_when_it_was_dropped_and_cannot_register()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        silo.Store.Forge = confirmation => confirmation with { Registered = false, Records = [] };

        await Assert.ThrowsAsync<InvalidOperationException>(silo.CatchUpAsync);

        Assert.Null(silo.State.Current);
    }

    [Fact]
    public async Task Fault_F2_Stops_answering_and_deregisters_when_it_stops_in_order()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        await silo.StopAsync();

        Assert.Null(silo.State.Current);
        Assert.Equal(["The silo is stopping."], silo.State.NotReadyReasons);
        Assert.Empty(cluster.Store.Silos);
        await Assert.ThrowsAsync<FencedException>(silo.CatchUpAsync);
        Assert.Empty(cluster.Store.Silos);
    }

    [Fact]
    public async Task Leaves_no_registration_behind_when_it_stops_during_a_confirmation()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        cluster.Clock.Advance(Cluster.Fence * 2);
        var (held, release) = Hold(silo);
        var catchUp = silo.CatchUpAsync();
        await held;
        var stop = silo.StopAsync();
        Assert.Null(silo.State.Current);

        release();
        await catchUp;
        await stop;

        Assert.Null(silo.State.Current);
        Assert.Empty(cluster.Store.Silos);
    }

    /// <summary>The next reply of the store is on its way until it is released.</summary>
    private static (Task Held, Action Release) Hold(TestSilo silo)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Store.BeforeReply = () =>
        {
            held.TrySetResult();
            return released.Task;
        };
        return (held.Task, released.SetResult);
    }
}
