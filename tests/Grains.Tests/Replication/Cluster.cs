using System.Collections.Immutable;
using System.Text;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.StoreKit;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>Silos on one store, one key-encryption key and one clock.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public static readonly TimeSpan Fence = new ReplicationOptions().Fence;

    /// <summary>Made once: RSA keys take a while.</summary>
    private static readonly Lazy<ImmutableArray<KeyRecord>> Keys =
        new(() => KeyRotation.Plan(null, new SplitClock().GetUtcNow(), new KeyRotationSettings()));

    private readonly List<TestSilo> silos = [];

    public Cluster() => Store = new InMemoryClusterStore(Clock);

    public SplitClock Clock { get; } = new();

    public InMemoryClusterStore Store { get; }

    public KeyEncryptionKey Key { get; } = KeyEncryptionKey.Generate();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A cluster whose keys exist, and one silo of it that is ready under revision 1.</summary>
    public static async Task<(Cluster Cluster, TestSilo Silo)> ReadyAsync()
    {
        var cluster = await WithKeysAsync();
        var silo = await cluster.Add().LoadAsync();
        await silo.PublishAsync(Policy(1));
        return (cluster, silo);
    }

    public static async Task<Cluster> WithKeysAsync()
    {
        var cluster = new Cluster();
        await cluster.Store.InitializeAsync(Cancelled);
        await cluster.AppendAsync(LogNames.Keys, [.. Keys.Value.Select(record => (record.LogKey, record.Encode()))]);
        return cluster;
    }

    /// <summary>A policy that compiles.</summary>
    public static string Policy(int revision, string? web = null) => $$"""
        revision: {{revision}}
        issuer: https://sts.shop.example
        trusted_issuers:
          - { issuer: https://login.shop.example, audiences: [https://web.shop.example], max_lifetime: 1h }
        services:
          web: { domain: shop, audience: https://web.shop.example{{web}} }
        """;

    public TestSilo Add(KeyEncryptionKey? key = null)
    {
        var silo = new TestSilo(Store, key ?? Key, Clock);
        silos.Add(silo);
        return silo;
    }

    /// <summary>What a silo of any version could have written.</summary>
    public Task AppendAsync(string log, string key, string payload) => AppendAsync(log, [(key, Encoding.UTF8.GetBytes(payload))]);

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    private async Task AppendAsync(string log, (string Key, byte[] Payload)[] records)
    {
        await Store.RegisterAsync("writer", TimeSpan.FromDays(1), Cancelled);
        var head = (await Store.ConfirmAsync("writer", new Dictionary<string, long>(StringComparer.Ordinal), TimeSpan.FromDays(1), Cancelled)).Heads[log];
        await Store.DeregisterAsync("writer", Cancelled);
        var sealer = new RecordSealer(Key);
        var result = await Store.AppendAsync(
            log,
            head,
            [.. records.Select((record, index) => new NewRecord(
                record.Key, sealer.Seal(new RecordPlace(log, head.Incarnation, head.Epoch + 1 + index, record.Key), record.Payload)))],
            Cancelled);
        Assert.True(result.Appended);
    }
}
