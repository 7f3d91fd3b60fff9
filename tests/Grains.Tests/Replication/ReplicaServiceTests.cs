using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>The loop that keeps the lease.</summary>
public sealed class ReplicaServiceTests
{
    private static readonly TimeSpan ConfirmEvery = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Keeps_the_lease_for_as_long_as_the_store_confirms()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = await cluster.Add().StartAsync();
        await silo.PublishAsync(Cluster.Policy(1));

        await TickAsync(cluster, silo, 10);

        Assert.NotNull(silo.State.Current);
    }

    [Fact]
    public async Task Takes_a_change_of_another_silo_within_a_tick()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = await cluster.Add().StartAsync();
        await silo.PublishAsync(Cluster.Policy(1));
        var other = await cluster.Add().LoadAsync();
        await other.PublishAsync(Cluster.Policy(2));

        // The second tick begins only after the first is applied.
        await TickAsync(cluster, silo, 2);

        Assert.Equal(2, silo.State.Current?.Policy.Revision);
    }

    [Fact]
    public async Task Says_once_that_the_store_is_down_and_once_that_it_is_back()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = await cluster.Add().StartAsync();
        await silo.PublishAsync(Cluster.Policy(1));

        silo.Store.Failure = new IOException("down");
        await TickAsync(cluster, silo, 8);
        Assert.Null(silo.State.Current);
        silo.Store.Failure = null;
        await TickAsync(cluster, silo, 3);

        Assert.NotNull(silo.State.Current);
        Assert.Single(silo.Log.Lines, line => line.StartsWith("Error:", StringComparison.Ordinal));
        Assert.Single(silo.Log.Lines, line => line.Contains("confirms the replicated state again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Starts_once_a_store_that_was_down_answers()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = cluster.Add();
        silo.Store.Failure = new IOException("down");
        var starting = silo.StartAsync();
        await TickAsync(cluster, silo, 5, nameof(IClusterStore.InitializeAsync));
        Assert.False(starting.IsCompleted);

        silo.Store.Failure = null;
        await TickAsync(cluster, silo, 1, nameof(IClusterStore.InitializeAsync));
        await starting;

        await silo.PublishAsync(Cluster.Policy(1));
        Assert.NotNull(silo.State.Current);
        Assert.Single(silo.Log.Lines, line => line.StartsWith("Error:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gives_up_starting_after_ten_seconds_without_the_store()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = cluster.Add();
        silo.Store.Failure = new IOException("down");
        var starting = silo.StartAsync();
        await TickAsync(cluster, silo, 19, nameof(IClusterStore.InitializeAsync));

        Assert.Same(silo.Store.Failure, await Assert.ThrowsAsync<IOException>(() => starting));
    }

    [Fact]
    public async Task Stops_without_the_store()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = await cluster.Add().StartAsync();
        silo.Store.Failure = new IOException("down");

        await silo.StopAsync();

        Assert.Null(silo.State.Current);
        Assert.Single(silo.Log.Lines, line => line.StartsWith("Warning:", StringComparison.Ordinal));
    }

    /// <summary>Lets time pass and waits, each time, until the loop has asked the store.</summary>
    private static async Task TickAsync(Cluster cluster, TestSilo silo, int times, string question = nameof(IClusterStore.ConfirmAsync))
    {
        for (var tick = 0; tick < times; tick++)
        {
            var before = silo.Store.Calls.Count(call => call == question);
            var asked = silo.Store.CallsReachAsync(question, before + 1);
            cluster.Clock.Advance(ConfirmEvery);
            await asked;
        }
    }
}
