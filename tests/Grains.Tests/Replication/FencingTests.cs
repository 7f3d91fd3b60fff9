using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>A store that forgot, or was changed, fences the silo for good.</summary>
public sealed class FencingTests
{
    [Fact]
    public async Task Fault_F7_Is_fenced_by_a_missing_log()
    {
        await IsFencedAsync("is missing from the store", confirmation => confirmation with
        {
            Heads = confirmation.Heads.Where(head => head.Key != LogNames.Revocations).ToDictionary(),
        });
    }

    [Fact]
    public async Task Fault_F7_Is_fenced_by_another_incarnation()
    {
        await IsFencedAsync("went back", confirmation => confirmation with
        {
            Heads = confirmation.Heads.ToDictionary(head => head.Key, head => head.Value with { Incarnation = Guid.Empty }),
        });
    }

    [Fact]
    public async Task Fault_F9_Is_fenced_by_a_lower_epoch()
    {
        await IsFencedAsync("went back", confirmation => confirmation with
        {
            Heads = confirmation.Heads.ToDictionary(
                head => head.Key, head => head.Key == LogNames.Policy ? head.Value with { Epoch = 0 } : head.Value),
        });
    }

    [Fact]
    public async Task Fault_F11_Is_fenced_by_poisoned_bytes()
    {
        await IsFencedAsync("does not open", confirmation => confirmation with
        {
            Heads = confirmation.Heads.ToDictionary(
                head => head.Key, head => head.Key == LogNames.ClientKeys ? head.Value with { Epoch = 1 } : head.Value),
            Records = [new LogRecord(LogNames.ClientKeys, "robot", 1, new byte[100])],
        });
    }

    [Fact]
    public async Task Is_fenced_by_a_record_that_was_moved()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var policy = Assert.Single(cluster.Store.Records, record => record.Log == LogNames.Policy);

        await IsFencedAsync(silo, "does not open", confirmation => confirmation with
        {
            Heads = confirmation.Heads.ToDictionary(
                head => head.Key, head => head.Key == LogNames.Policy ? head.Value with { Epoch = 2 } : head.Value),
            Records = [policy with { Epoch = 2 }],
        });
    }

    [Fact]
    public async Task Fault_F7_Does_not_start_on_a_store_without_logs()
    {
        await using var cluster = await Cluster.WithKeysAsync();
        var silo = cluster.Add();
        silo.Store.Forge = confirmation => confirmation with { Heads = new Dictionary<string, LogHead>(StringComparer.Ordinal), Records = [] };

        await Assert.ThrowsAsync<FencedException>(silo.LoadAsync);
        Assert.Null(silo.State.Current);
    }

    [Fact]
    public async Task Does_not_start_under_another_key_encryption_key()
    {
        var (cluster, _) = await Cluster.ReadyAsync();
        await using var __ = cluster;
        var silo = cluster.Add(KeyEncryptionKey.Generate());

        var refused = await Assert.ThrowsAsync<FencedException>(silo.LoadAsync);

        Assert.Contains("another key-encryption key", refused.Message, StringComparison.Ordinal);
        Assert.Null(silo.State.Current);
    }

    [Theory]
    [InlineData("""{"Text":"revision: 2\nnonsense: true","File":"policy.yaml"}""", "does not compile")]
    [InlineData("""{"Text":"revision: 2"}""", "can't be read")]
    [InlineData("not even JSON", "can't be read")]
    public async Task Is_fenced_by_a_policy_that_it_cannot_understand(string payload, string reason)
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await cluster.AppendAsync(LogNames.Policy, "policy", payload);

        await IsFencedAsync(silo, reason, forge: null);
    }

    [Theory]
    [InlineData(LogNames.Keys, "secret", "{}")]
    [InlineData(LogNames.IssuerKeys, "https://login.shop.example", "{}")]
    [InlineData(LogNames.IssuerKeys, "https://login.shop.example", """{"Jwks":"[]","FetchedAtSeconds":1,"MaxAgeSeconds":1}""")]
    [InlineData(LogNames.ClientKeys, "robot", """{"Jwks":"{}","FetchedAtSeconds":1,"MaxAgeSeconds":1}""")]
    public async Task Is_fenced_by_a_record_that_it_cannot_read(string log, string key, string payload)
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await cluster.AppendAsync(log, key, payload);

        await IsFencedAsync(silo, "can't be read", forge: null);
    }

    [Fact]
    public async Task Quotes_nothing_of_a_record_that_it_cannot_read()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await cluster.AppendAsync(LogNames.Keys, "secret", """{"record":"cluster-secret/1","secret":"canary-secret"}""");

        await IsFencedAsync(silo, "can't be read", forge: null);

        Assert.All(silo.Log.Lines, line => Assert.DoesNotContain("canary-secret", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refuses_to_write_while_fenced()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await cluster.AppendAsync(LogNames.Keys, "secret", "{}");
        await Assert.ThrowsAsync<FencedException>(silo.CatchUpAsync);
        var before = cluster.Store.Records.Count;

        await Assert.ThrowsAsync<FencedException>(() => silo.PublishAsync(Cluster.Policy(2)));
        Assert.Equal(before, cluster.Store.Records.Count);
    }

    private static async Task IsFencedAsync(string reason, Func<Confirmation, Confirmation> forge)
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await IsFencedAsync(silo, reason, forge);
    }

    private static async Task IsFencedAsync(TestSilo silo, string reason, Func<Confirmation, Confirmation>? forge)
    {
        var before = silo.State.Current!.Versions;
        silo.Store.Forge = forge;

        await Assert.ThrowsAsync<FencedException>(silo.CatchUpAsync);

        Assert.Null(silo.State.Current);
        Assert.False(silo.State.IsCurrent(before));
        Assert.Contains(reason, Assert.Single(silo.State.NotReadyReasons), StringComparison.Ordinal);
        Assert.Single(silo.Log.Lines, line => line.StartsWith("Critical:", StringComparison.Ordinal));

        // A store that is well again is no cure: what it forgot in between is unknown.
        silo.Store.Forge = null;
        await Assert.ThrowsAsync<FencedException>(silo.CatchUpAsync);
        Assert.Null(silo.State.Current);
    }
}
