using System.Globalization;
using System.Text;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Stores;
using ExchangeCluster.StoreKit;
using StackExchange.Redis;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Stores;

/// <summary>The kit on a real Redis.</summary>
public class RedisClusterStoreTests : ClusterStoreTests, IAsyncLifetime
{
    private RedisServer? server;
    private RedisClusterStore? store;

    protected override IClusterStore Store => store!;

    /// <summary>The server runs on this machine.</summary>
    protected override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private protected RedisServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        server = await RedisServer.StartAsync();
        store = Open();
    }

    public async ValueTask DisposeAsync()
    {
        store?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Real time, with somebody at work: the clock of registrations goes on only while the store is in use.</summary>
    protected override async Task PassAsync(TimeSpan time)
    {
        var end = Now + time;
        while (Now < end)
        {
            await Store.ConfirmAsync("passer-by", new Dictionary<string, long>(), DropAfter, Cancelled);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }
    }

    protected override async Task ReopenAsync()
    {
        store!.Dispose();
        await server!.KillAsync();
        await server.StartAgainAsync();
        store = Open();
    }

    private protected RedisClusterStore Open() => RedisClusterStore.Open(RedisAddress.Parse(Server.Address));

    [Fact]
    public async Task Loads_more_than_one_answer_holds_in_order_and_whole()
    {
        await Store.InitializeAsync(Cancelled);
        var names = Enumerable.Range(0, 12_000).Select(index => index.ToString("D5", CultureInfo.InvariantCulture)).ToArray();
        foreach (var batch in names.Chunk(4_000))
        {
            await AppendAsync(LogNames.Revocations, [.. batch.Select(name => Record(name, name))]);
        }

        await AppendAsync(LogNames.Policy, [.. names[..3].Select(name => new NewRecord(name, new byte[1_500_000]))]);

        var loaded = await LoadAsync();

        Assert.Equal(names.Select((name, index) => $"{name}@{index + 1}={name}"), loaded.Records
            .Where(record => record.Log == LogNames.Revocations)
            .Select(record => $"{record.Key}@{record.Epoch}={Encoding.UTF8.GetString(record.Payload.Span)}"));
        Assert.Equal([1L, 2, 3], loaded.Records.Where(record => record.Log == LogNames.Policy).Select(record => record.Epoch));
        Assert.All(loaded.Records.Where(record => record.Log == LogNames.Policy), record => Assert.Equal(1_500_000, record.Payload.Length));
    }

    [Fact]
    public async Task Loses_nothing_that_is_replaced_during_a_load()
    {
        await Store.InitializeAsync(Cancelled);
        var names = Enumerable.Range(0, 20_000).Select(index => index.ToString(CultureInfo.InvariantCulture)).ToArray();
        foreach (var batch in names.Chunk(5_000))
        {
            await AppendAsync(LogNames.Revocations, [.. batch.Select(name => Record(name, "old"))]);
        }

        var head = await HeadAsync(LogNames.Revocations);
        using var other = Open();
        using var loaded = new CancellationTokenSource();
        var writer = Task.Run(
            async () =>
            {
                for (var index = 0; !loaded.IsCancellationRequested; index = (index + 1) % names.Length)
                {
                    await other.AppendAsync(LogNames.Revocations, head, [Record(names[index], "new")], Cancelled);
                    head = head with { Epoch = head.Epoch + 1 };
                }
            },
            Cancelled);

        for (var load = 0; load < 10; load++)
        {
            var confirmation = await LoadAsync();
            Assert.Equal(names.Length, confirmation.Records.Count);
            Assert.Equal(confirmation.Heads[LogNames.Revocations].Epoch, confirmation.Records.Max(record => record.Epoch));
        }

        await loaded.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task Forgets_expired_records_and_keeps_the_epoch()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Revocations, Record("a", "1", Now - TimeSpan.FromSeconds(2)), Record("b", "2", Now - TimeSpan.FromSeconds(2)));
        await AppendAsync(LogNames.Revocations, Record("b", "3"));

        Assert.Equal(["b@3=3"], await ContentAsync(LogNames.Revocations));
    }

    [Fact]
    public async Task Appends_nothing_when_one_record_is_impossible()
    {
        await Store.InitializeAsync(Cancelled);
        var head = await HeadAsync(LogNames.Keys);

        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(LogNames.Keys, head, [Record("a", "1"), Record(null!, "2")], Cancelled));

        Assert.Equal(head, await HeadAsync(LogNames.Keys));
    }

    [Fact]
    public async Task Drops_no_silo_because_its_own_clock_was_set_forward()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);

        // What the next look at the clock finds when an hour was skipped.
        await Server.ExecuteAsync("HINCRBY", RedisKeys.Clock, "wall", -3_600_000);
        await Store.RegisterAsync("two", DropAfter, Cancelled);

        Assert.True((await Store.ConfirmAsync("one", new Dictionary<string, long>(), DropAfter, Cancelled)).Registered);
    }

    [Fact]
    public async Task Fault_F7_Has_no_logs_and_answers_nothing_else_when_it_was_emptied()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        await Store.TrySpendAsync("assertion", "id", Now + TimeSpan.FromMinutes(1), Cancelled);
        var head = await HeadAsync(LogNames.Keys);
        await Server.ExecuteAsync("FLUSHALL");

        var confirmation = await Store.ConfirmAsync("one", new Dictionary<string, long>(), DropAfter, Cancelled);
        Assert.False(confirmation.Registered);
        Assert.Empty(confirmation.Heads);
        Assert.False((await Store.AppendAsync(LogNames.Keys, head, [Record("a", "1")], Cancelled)).Appended);
        await RefusesValuesAsync();
        Assert.False(((RedisClusterStore)Store).IsInitialized);
    }

    [Fact]
    public async Task Fault_F11_Answers_nothing_when_it_became_a_replica()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        await Store.PutAsync("token", "id", new byte[1], Now + TimeSpan.FromMinutes(1), Cancelled);
        var head = await HeadAsync(LogNames.Keys);
        await using var primary = await RedisServer.StartAsync();
        await Server.ExecuteAsync("REPLICAOF", "127.0.0.1", primary.Port);

        await RefusesEverythingAsync(head);
    }

    [Fact]
    public async Task Answers_nothing_while_it_is_down_and_goes_on_when_it_is_back()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        var head = await HeadAsync(LogNames.Keys);
        await Server.KillAsync();

        await RefusesEverythingAsync(head);

        await Server.StartAgainAsync();
        await Eventually.HoldsAsync(async () => await AnswersAsync(() => HeadAsync(LogNames.Keys)), Cancelled);
        Assert.Equal(head, await HeadAsync(LogNames.Keys));
    }

    [Fact]
    public async Task Answers_nothing_while_it_hangs_and_repeats_no_append_that_came_late()
    {
        await Store.InitializeAsync(Cancelled);
        var head = await HeadAsync(LogNames.Keys);
        await Server.FreezeAsync();

        await RefusesEverythingAsync(head);

        await Server.ResumeAsync();
        await Eventually.HoldsAsync(async () => await AnswersAsync(() => HeadAsync(LogNames.Keys)), Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"));
        Assert.Equal(["a"], (await LoadAsync()).Records.Select(record => record.Key));
        Assert.False((await Store.AppendAsync(LogNames.Keys, head, [Record("a", "1")], Cancelled)).Appended);
    }

    [Fact]
    public async Task Fault_F11_Confirms_and_takes_nothing_new_while_it_is_full()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        var head = await HeadAsync(LogNames.Keys);
        await Server.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        Assert.True((await Store.ConfirmAsync("one", new Dictionary<string, long>(), DropAfter, Cancelled)).Registered);
        await Assert.ThrowsAsync<RedisServerException>(() => Store.AppendAsync(LogNames.Keys, head, [Record("a", "1")], Cancelled));
        await RefusesValuesAsync();
        await Store.DeregisterAsync("one", Cancelled);
    }

    [Fact]
    public async Task Is_begun_anew_only_while_a_silo_runs_and_is_held_for_a_while()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"));
        await Store.TrySpendAsync("assertion", "id", Now + TimeSpan.FromMinutes(1), Cancelled);
        var before = await LoadAsync();
        var store = (RedisClusterStore)Store;
        Assert.Equal(0, await store.BeginAnewAsync(TimeSpan.FromMilliseconds(200), DropAfter, Cancelled));
        Assert.Equal(before.Heads, (await LoadAsync()).Heads);

        await Store.RegisterAsync("one", DropAfter, Cancelled);
        Assert.Equal(1, await store.BeginAnewAsync(TimeSpan.FromMilliseconds(200), DropAfter, Cancelled));

        var after = await LoadAsync();
        Assert.True(after.IsHeld);
        Assert.Empty(after.Records);
        Assert.All(LogNames.All, log => Assert.True(after.Heads[log].Epoch == 0 && after.Heads[log].Incarnation != before.Heads[log].Incarnation));
        await Store.HoldAsync(before.Heads[LogNames.Revocations].Incarnation, Cancelled);
        await Eventually.HoldsAsync(async () => !(await LoadAsync()).IsHeld, Cancelled);
        Assert.False(await Store.TrySpendAsync("assertion", "id", Now + TimeSpan.FromMinutes(1), Cancelled));

        await Store.HoldAsync(after.Heads[LogNames.Revocations].Incarnation, Cancelled);
        Assert.True((await LoadAsync()).IsHeld);
        await store.ReleaseAsync();
        Assert.False((await LoadAsync()).IsHeld);
    }

    private async Task RefusesEverythingAsync(LogHead head)
    {
        await RefusesAsync(() => Store.RegisterAsync("one", DropAfter, Cancelled));
        await RefusesAsync(() => Store.ConfirmAsync("one", new Dictionary<string, long>(), DropAfter, Cancelled));
        await RefusesAsync(() => Store.AppendAsync(LogNames.Keys, head, [Record("a", "1")], Cancelled));
        await RefusesAsync(() => Store.DeregisterAsync("one", Cancelled));
        await RefusesValuesAsync();
    }

    private async Task RefusesValuesAsync()
    {
        var until = Now + TimeSpan.FromMinutes(1);
        await RefusesAsync(() => Store.TrySpendAsync("assertion", "other", until, Cancelled));
        await RefusesAsync(() => Store.PutAsync("token", "id", new byte[1], until, Cancelled));
        await RefusesAsync(() => Store.TryReplaceAsync("token", "id", new byte[1], new byte[2], until, Cancelled));
        await RefusesAsync(() => Store.GetAsync("token", "id", Cancelled));
    }

    private static async Task RefusesAsync(Func<Task> operation)
    {
        var exception = await Xunit.Record.ExceptionAsync(operation);
        Assert.True(exception is RedisException or TimeoutException, exception?.ToString() ?? "It answered.");
    }

    private static async Task<bool> AnswersAsync(Func<Task> operation) => await Xunit.Record.ExceptionAsync(operation) is null;
}
