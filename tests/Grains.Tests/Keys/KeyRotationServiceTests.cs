using System.Text;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Tests.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Keys;

public sealed class KeyRotationServiceTests
{
    [Fact]
    public async Task Makes_the_first_keys_before_anything_else_needs_them()
    {
        await using var cluster = new Cluster();
        var silo = await cluster.Add().StartAsync();
        await silo.PublishAsync(Cluster.Policy(1));

        var ring = silo.State.Current!.KeyRing;
        Assert.All(KeyRing.Algorithms, algorithm => Assert.Equal(2, ring.Keys.Count(key => key.Algorithm == algorithm)));
    }

    [Fact]
    public async Task Fault_F24_Makes_one_set_of_keys_for_all_silos()
    {
        await using var cluster = new Cluster();
        TestSilo one = cluster.Add(), two = cluster.Add();

        await Task.WhenAll(
            Task.Run(one.StartAsync, TestContext.Current.CancellationToken), Task.Run(two.StartAsync, TestContext.Current.CancellationToken));
        await one.PublishAsync(Cluster.Policy(1));
        await two.CatchUpAsync();

        Assert.Equal(Jwks(one), Jwks(two));
        Assert.Equal(1, cluster.Store.Records.Count(record => record is { Log: LogNames.Keys, Key: "secret" }));
    }

    [Fact]
    public async Task Keeps_keys_over_a_restart()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var before = await cluster.Add().StartAsync();
        await before.PublishAsync(Cluster.Policy(1));
        var jwks = Jwks(before);
        await before.StopAsync();

        var after = await cluster.Add().StartAsync();

        Assert.Equal(jwks, Jwks(after));
    }

    [Fact]
    public async Task Publishes_a_next_key_once_the_last_one_signs()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = await cluster.Add().StartAsync();
        await silo.PublishAsync(Cluster.Policy(1));
        var before = silo.State.Current!;
        var appended = silo.Store.CallsReachAsync("AppendAsync", silo.Store.Calls.Count(call => call == "AppendAsync") + 1);

        PassOneInterval(cluster);
        await appended;
        await silo.CatchUpAsync();

        var now = silo.State.Current!;
        Assert.Equal(before.Versions.Keys + 2, now.Versions.Keys);
        Assert.All(KeyRing.Algorithms, algorithm =>
        {
            var current = now.KeyRing.SigningKeyFor(algorithm, cluster.Clock.GetUtcNow()).KeyId;
            Assert.Contains(before.KeyRing.Keys, key => key.KeyId == current);
            Assert.NotEqual(before.KeyRing.Keys.First(key => key.Algorithm == algorithm).KeyId, current);
        });
    }

    [Fact]
    public async Task Tries_again_when_the_store_was_down()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = await cluster.Add().StartAsync();
        await silo.PublishAsync(Cluster.Policy(1));
        var keys = silo.State.Current!.Versions.Keys;
        silo.Store.Failure = new IOException("down");
        var tried = silo.Store.CallsReachAsync("AppendAsync", silo.Store.Calls.Count(call => call == "AppendAsync") + 1);
        PassOneInterval(cluster);
        await tried;
        silo.Store.Failure = null;
        var again = silo.Store.CallsReachAsync("AppendAsync", silo.Store.Calls.Count(call => call == "AppendAsync") + 1);

        cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        await again;
        await silo.CatchUpAsync();

        Assert.Equal(keys + 2, silo.State.Current!.Versions.Keys);
    }

    [Fact]
    public async Task Fault_F24_Verifies_what_any_silo_signs_against_what_any_silo_published_while_keys_rotate()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        TestSilo[] silos = [cluster.Add(), cluster.Add(), cluster.Add()];
        await Task.WhenAll(silos.Select(silo => silo.StartAsync()));
        await silos[0].PublishAsync(Cluster.Policy(1));
        var seen = new KeysSeen(cluster, silos);

        // Once as planned, and once when all have slept through two rotations, so that the next key is due at once.
        foreach (var interval in new[] { 1, 2.5 })
        {
            cluster.Clock.SetWall(new KeyRotationSettings().Interval * interval);
            cluster.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
            await seen.LookAsync();
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            await seen.AwaitNextKeysAsync();
            for (var minute = 0; minute < 15; minute++)
            {
                await seen.LookAsync();
                cluster.Clock.SetWall(TimeSpan.FromMinutes(1));
            }
        }

        Assert.Equal(3 * KeyRing.Algorithms.Length, seen.Signed);
    }

    /// <summary>By the wall clock: the monotonic one would live through a month of confirmations, one each half second.</summary>
    private static void PassOneInterval(Cluster cluster)
    {
        cluster.Clock.SetWall(new KeyRotationSettings().Interval);
        cluster.Clock.Advance(TimeSpan.FromMinutes(10));
    }

    private static string Jwks(TestSilo silo) => Encoding.UTF8.GetString(silo.State.Current!.KeyRing.Jwks.Span);
}
