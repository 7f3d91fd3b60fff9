using System.Security.Cryptography;
using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.StoreKit;

public abstract partial class ClusterStoreTests
{
    [Fact]
    public async Task Has_no_log_before_initialisation()
    {
        Assert.Empty((await LoadAsync()).Heads);
    }

    [Fact]
    public async Task Gives_every_log_an_incarnation_of_its_own()
    {
        await Store.InitializeAsync(Cancelled);

        var heads = (await LoadAsync()).Heads;
        Assert.Equal(LogNames.All.Order(StringComparer.Ordinal), heads.Keys.Order(StringComparer.Ordinal));
        Assert.All(heads.Values, head => Assert.Equal(0, head.Epoch));
        Assert.Equal(LogNames.All.Count, heads.Values.Select(head => head.Incarnation).Append(Guid.Empty).Distinct().Count() - 1);
    }

    [Fact]
    public async Task Initialises_only_once()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Policy, Record("a", "1"));
        var before = (await LoadAsync()).Heads;

        await Store.InitializeAsync(Cancelled);

        Assert.Equal(before, (await LoadAsync()).Heads);
    }

    [Fact]
    public async Task Refuses_to_append_to_a_log_that_does_not_exist()
    {
        var head = new LogHead(new Guid(RandomNumberGenerator.GetBytes(16)), 0);

        var result = await Store.AppendAsync(LogNames.Policy, head, [Record("a", "1")], Cancelled);

        Assert.False(result.Appended);
        Assert.Empty((await LoadAsync()).Heads);
    }

    [Fact]
    public async Task Appends_at_consecutive_epochs()
    {
        await Store.InitializeAsync(Cancelled);

        var first = await AppendAsync(LogNames.Keys, Record("a", "1"), Record("b", "2"));
        var second = await AppendAsync(LogNames.Keys, Record("c", "3"));

        Assert.True(first.Appended);
        Assert.Equal((2, 3), (first.Epoch, second.Epoch));
        Assert.Equal(3, (await HeadAsync(LogNames.Keys)).Epoch);
        Assert.Equal(["a@1=1", "b@2=2", "c@3=3"], await ContentAsync(LogNames.Keys));
        Assert.Equal(0, (await HeadAsync(LogNames.Policy)).Epoch);
    }

    [Fact]
    public async Task Says_who_is_registered_when_nothing_is_appended()
    {
        await Store.InitializeAsync(Cancelled);
        var before = await HeadAsync(LogNames.Policy);
        await AppendAsync(LogNames.Policy, Record("a", "1"));
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        var head = await HeadAsync(LogNames.Policy);

        var confirmed = await Store.AppendAsync(LogNames.Policy, head, [], Cancelled);

        Assert.Equal((true, 1), (confirmed.Appended, confirmed.Epoch));
        Assert.Equal(["one"], confirmed.Silos);
        Assert.Equal(head, await HeadAsync(LogNames.Policy));
        Assert.Equal(["a@1=1"], await ContentAsync(LogNames.Policy));
        Assert.False((await Store.AppendAsync(LogNames.Policy, before, [], Cancelled)).Appended);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public async Task Refuses_to_append_elsewhere_than_at_the_head(int epochsOff, bool otherIncarnation)
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"), Record("b", "2"));
        var head = await HeadAsync(LogNames.Keys);
        var expected = new LogHead(
            otherIncarnation ? (await HeadAsync(LogNames.Policy)).Incarnation : head.Incarnation, head.Epoch + epochsOff);

        var result = await Store.AppendAsync(LogNames.Keys, expected, [Record("a", "changed"), Record("c", "3")], Cancelled);

        Assert.False(result.Appended);
        Assert.Equal(head, await HeadAsync(LogNames.Keys));
        Assert.Equal(["a@1=1", "b@2=2"], await ContentAsync(LogNames.Keys));
    }

    [Fact]
    public async Task Lets_exactly_one_of_many_writers_append_at_a_head()
    {
        await Store.InitializeAsync(Cancelled);
        var head = await HeadAsync(LogNames.Keys);

        var results = await InParallelAsync(32, writer => Store.AppendAsync(
            LogNames.Keys, head, [Record($"{writer}-a", "1"), Record($"{writer}-b", "2")], Cancelled));

        var winner = Assert.Single(Enumerable.Range(0, 32), writer => results[writer].Appended);
        Assert.Equal([$"{winner}-a@1=1", $"{winner}-b@2=2"], await ContentAsync(LogNames.Keys));
    }

    [Fact]
    public async Task Loses_no_record_of_writers_that_try_again()
    {
        await Store.InitializeAsync(Cancelled);

        await InParallelAsync(8, async writer =>
        {
            var head = await HeadOfAsync($"writer-{writer}");
            while (!(await Store.AppendAsync(LogNames.Keys, head, [Record($"{writer}-a", "1"), Record($"{writer}-b", "2")], Cancelled)).Appended)
            {
                head = await HeadOfAsync($"writer-{writer}");
            }

            return true;
        });

        var records = (await LoadAsync()).Records;
        Assert.Equal(16, (await HeadAsync(LogNames.Keys)).Epoch);
        Assert.Equal(Enumerable.Range(1, 16), records.Select(record => (int)record.Epoch));
        Assert.Equal(8, records.Chunk(2).Count(pair => pair[0].Key[..^1] == pair[1].Key[..^1]));

        async Task<LogHead> HeadOfAsync(string silo)
        {
            await Store.RegisterAsync(silo, TimeSpan.FromMinutes(1), Cancelled);
            return (await Store.ConfirmAsync(silo, Nothing, TimeSpan.FromMinutes(1), Cancelled)).Heads[LogNames.Keys];
        }
    }

    [Fact]
    public async Task Keeps_only_the_latest_record_of_a_key()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"), Record("b", "2"));

        await AppendAsync(LogNames.Keys, Record("a", "3"), Record("a", "4"));

        Assert.Equal(["b@2=2", "a@4=4"], await ContentAsync(LogNames.Keys));
    }

    [Fact]
    public async Task Confirms_only_what_a_silo_has_not_applied()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"), Record("b", "2"), Record("c", "3"));
        await AppendAsync(LogNames.Policy, Record("a", "policy"));
        var applied = new Dictionary<string, long>(StringComparer.Ordinal) { [LogNames.Keys] = 1, [LogNames.Policy] = 1 };

        Assert.Equal(["b@2=2", "c@3=3"], await ContentAsync(LogNames.Keys, applied));
        Assert.Empty(await ContentAsync(LogNames.Policy, applied));
        Assert.Equal(["a@1=policy"], await ContentAsync(LogNames.Policy));
    }

    [Fact]
    public async Task Returns_payloads_as_they_were()
    {
        await Store.InitializeAsync(Cancelled);
        byte[] payload = [.. Enumerable.Range(0, 256).Select(value => (byte)value), .. new byte[100_000]];

        await AppendAsync(LogNames.Policy, new NewRecord("a", payload), new NewRecord("b", ReadOnlyMemory<byte>.Empty));

        var records = (await LoadAsync()).Records;
        Assert.Equal(payload, records[0].Payload.ToArray());
        Assert.Equal(0, records[1].Payload.Length);
    }

    [Fact]
    public async Task Keeps_a_record_until_it_expires()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Revocations, Record("a", "1", Now + TimeSpan.FromMinutes(1)), Record("b", "2"));
        await PassAsync(TimeSpan.FromSeconds(1));

        await AppendAsync(LogNames.Revocations, Record("c", "3"));

        Assert.Equal(["a@1=1", "b@2=2", "c@3=3"], await ContentAsync(LogNames.Revocations));
    }

    [Fact]
    public async Task Keeps_logs_when_it_is_opened_again()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"));
        var before = (await LoadAsync()).Heads;

        await ReopenAsync();
        await Store.InitializeAsync(Cancelled);

        Assert.Equal(before, (await LoadAsync()).Heads);
        Assert.Equal(["a@1=1"], await ContentAsync(LogNames.Keys));
    }

    protected static Task<T[]> InParallelAsync<T>(int count, Func<int, Task<T>> act) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(index => Task.Run(() => act(index), Cancelled)));
}
