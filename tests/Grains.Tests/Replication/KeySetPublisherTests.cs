using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

public sealed class KeySetPublisherTests
{
    private const string Login = "https://login.shop.example";

    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    [Fact]
    public async Task Gives_every_silo_the_same_keys()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();

        await PublishAsync(silo, LogNames.IssuerKeys, Login, cluster.Clock.GetUtcNow(), "one");
        await other.CatchUpAsync();

        Assert.Equal(["one"], KeyIds(other.State.Current!.IssuerKeys[Login]));
        Assert.Equal(cluster.Clock.GetUtcNow(), other.State.Current!.IssuerKeys[Login].FetchedAt);
        Assert.Equal(MaxAge, other.State.Current!.IssuerKeys[Login].MaxAge);
        Assert.Empty(other.State.Current!.ClientKeys);
    }

    [Theory]
    [InlineData(LogNames.IssuerKeys)]
    [InlineData(LogNames.ClientKeys)]
    public async Task Moves_the_version_of_its_log_alone(string log)
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var before = silo.State.Current!.Versions;

        await PublishAsync(silo, log, "owner", cluster.Clock.GetUtcNow(), "one");

        Assert.Equal(
            log == LogNames.IssuerKeys ? before with { IssuerKeys = 1 } : before with { ClientKeys = 1 }, silo.State.Current!.Versions);
    }

    [Fact]
    public async Task Fault_R10_Replaces_a_withdrawn_key()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await PublishAsync(silo, LogNames.IssuerKeys, Login, cluster.Clock.GetUtcNow(), "one", "two");

        await PublishAsync(silo, LogNames.IssuerKeys, Login, cluster.Clock.GetUtcNow(), "two");

        Assert.Equal(["two"], KeyIds(silo.State.Current!.IssuerKeys[Login]));
    }

    [Fact]
    public async Task Keeps_what_was_fetched_later_when_a_slow_silo_writes_last()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var slow = await cluster.Add().LoadAsync();
        var fetchedAt = cluster.Clock.GetUtcNow();
        await PublishAsync(silo, LogNames.IssuerKeys, Login, fetchedAt + TimeSpan.FromSeconds(2), "new");

        await PublishAsync(slow, LogNames.IssuerKeys, Login, fetchedAt, "withdrawn");

        await silo.CatchUpAsync();
        Assert.Equal(["new"], KeyIds(slow.State.Current!.IssuerKeys[Login]));
        Assert.Equal(["new"], KeyIds(silo.State.Current!.IssuerKeys[Login]));
    }

    [Fact]
    public async Task Takes_the_same_keys_confirmed_later()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var fetchedAt = cluster.Clock.GetUtcNow();
        await PublishAsync(silo, LogNames.IssuerKeys, Login, fetchedAt, "one");

        await PublishAsync(silo, LogNames.IssuerKeys, Login, fetchedAt + TimeSpan.FromHours(12), "one");

        Assert.Equal(fetchedAt + TimeSpan.FromHours(12), silo.State.Current!.IssuerKeys[Login].FetchedAt);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("""{"keys":{}}""")]
    public async Task Refuses_what_is_not_a_key_set(string jwks)
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var before = silo.State.Current;

        await Assert.ThrowsAsync<FormatException>(() => silo.KeySets.PublishAsync(
            LogNames.IssuerKeys, Login, jwks, cluster.Clock.GetUtcNow(), MaxAge, TestContext.Current.CancellationToken));

        await silo.CatchUpAsync();
        Assert.Same(before, silo.State.Current);
    }

    [Fact]
    public async Task Refuses_another_log()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        await Assert.ThrowsAsync<ArgumentException>(() => PublishAsync(silo, LogNames.Keys, Login, cluster.Clock.GetUtcNow(), "one"));
    }

    [Fact]
    public async Task Prefers_the_keys_that_stand_in_the_policy_at_any_age()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await PublishAsync(silo, LogNames.ClientKeys, "web", cluster.Clock.GetUtcNow(), "fetched");
        await PublishAsync(silo, LogNames.ClientKeys, "other", cluster.Clock.GetUtcNow(), "fetched");

        var inline = TestKey.Create(keyId: "inline").PublicJwk().ToJsonString();
        var publication = await silo.PublishAsync(Cluster.Policy(2, web: $", credentials: {{ jwks: {{ keys: [{inline}] }} }}"));

        Assert.Empty(publication.Mistakes);
        Assert.Equal(["inline"], KeyIds(silo.State.Current!.ClientKeys["web"]));
        Assert.Equal(TimeSpan.MaxValue, silo.State.Current!.ClientKeys["web"].MaxAge);
        Assert.Equal(["fetched"], KeyIds(silo.State.Current!.ClientKeys["other"]));
    }

    private static IEnumerable<string?> KeyIds(KeySet keySet) => keySet.Keys.Select(key => key.KeyId);

    private static Task PublishAsync(TestSilo silo, string log, string owner, DateTimeOffset fetchedAt, params string[] keyIds)
    {
        var keys = string.Join(',', keyIds.Select(keyId => TestKey.Create(keyId: keyId).PublicJwk().ToJsonString()));
        return silo.KeySets.PublishAsync(
            log, owner, $$"""{"keys":[{{keys}}]}""", fetchedAt, MaxAge, TestContext.Current.CancellationToken);
    }
}
