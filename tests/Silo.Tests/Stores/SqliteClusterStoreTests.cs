using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Stores;
using ExchangeCluster.StoreKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Stores;

/// <summary>The kit on SQLite, and what a data directory must keep beyond it.</summary>
public sealed class SqliteClusterStoreTests : ClusterStoreTests, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly FakeTimeProvider clock = new();
    private SqliteClusterStore store;

    public SqliteClusterStoreTests() => store = SqliteClusterStore.Open(directory.Path, clock);

    protected override IClusterStore Store => store;

    protected override bool IsShared => false;

    protected override DateTimeOffset Now => clock.GetUtcNow();

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task Undoes_the_whole_append_when_one_record_fails()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"));
        var head = await HeadAsync(LogNames.Keys);

        await Assert.ThrowsAnyAsync<Exception>(
            () => Store.AppendAsync(LogNames.Keys, head, [Record("a", "changed"), Record(null!, "no key")], Cancelled));

        Assert.Equal(head, await HeadAsync(LogNames.Keys));
        Assert.Equal(["a@1=1"], await ContentAsync(LogNames.Keys));
    }

    [Fact]
    public async Task Forgets_expired_records_and_keeps_the_epoch()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Revocations, Record("a", "1", Now + TimeSpan.FromSeconds(1)));
        await PassAsync(TimeSpan.FromSeconds(2));

        await AppendAsync(LogNames.Revocations, Record("b", "2"));

        Assert.Equal(["b@2=2"], await ContentAsync(LogNames.Revocations));
    }

    [Fact]
    public async Task Has_no_logs_after_its_file_was_lost()
    {
        await Store.InitializeAsync(Cancelled);
        store.Dispose();
        foreach (var file in Directory.GetFiles(directory.Path, SqliteFile.Name + "*"))
        {
            File.Delete(file);
        }

        await ReopenAsync();
        await Store.InitializeAsync(Cancelled);

        Assert.Empty((await LoadAsync()).Heads);
    }

    [Fact]
    public async Task Completes_an_initialisation_that_was_cut_off()
    {
        await Store.InitializeAsync(Cancelled);
        var heads = (await LoadAsync()).Heads;
        File.Delete(directory.File(InitializedMarker.Name));

        await Store.InitializeAsync(Cancelled);

        Assert.Equal(heads, (await LoadAsync()).Heads);
        Assert.True(File.Exists(directory.File(InitializedMarker.Name)));
    }

    protected override Task PassAsync(TimeSpan time)
    {
        clock.Advance(time);
        return Task.CompletedTask;
    }

    protected override Task ReopenAsync()
    {
        store.Dispose();
        store = SqliteClusterStore.Open(directory.Path, clock);
        return Task.CompletedTask;
    }
}
