using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.StoreKit;

public abstract partial class ClusterStoreTests
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Lets_exactly_one_of_many_spend()
    {
        await Store.InitializeAsync(Cancelled);
        var results = await InParallelAsync(100, _ => Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled));

        Assert.Single(results, spent => spent);
    }

    [Fact]
    public async Task Spends_each_kind_and_id_on_its_own()
    {
        await Store.InitializeAsync(Cancelled);
        Assert.True(await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled));
        Assert.True(await Store.TrySpendAsync("proof", "id", Now + Life, Cancelled));
        Assert.True(await Store.TrySpendAsync("assertion", "id2", Now + Life, Cancelled));
        Assert.True(await Store.TrySpendAsync("assertioni", "d", Now + Life, Cancelled));
        Assert.True(await Store.TrySpendAsync("assertion", "ID", Now + Life, Cancelled));
        Assert.False(await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled));
    }

    [Fact]
    public async Task Keeps_a_spent_id_as_long_as_it_was_first_spent_for()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled);

        Assert.False(await Store.TrySpendAsync("assertion", "id", Now + TimeSpan.FromMilliseconds(1), Cancelled));
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.False(await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled));
    }

    [Fact]
    public async Task Spends_again_after_expiry()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.TrySpendAsync("assertion", "id", Now + TimeSpan.FromSeconds(1), Cancelled);
        await PassAsync(TimeSpan.FromSeconds(1.1));

        Assert.True(await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled));
        Assert.False(await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled));
    }

    [Fact]
    public async Task Fault_X5_Never_evicts_a_live_id_while_many_expire()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.TrySpendAsync("assertion", "live", Now + Life, Cancelled);
        for (var index = 0; index < 300; index++)
        {
            await Store.TrySpendAsync("assertion", $"brief-{index}", Now + TimeSpan.FromSeconds(1), Cancelled);
        }

        await PassAsync(TimeSpan.FromSeconds(1.1));
        for (var index = 0; index < 10; index++)
        {
            await Store.TrySpendAsync("assertion", $"later-{index}", Now + Life, Cancelled);
        }

        Assert.False(await Store.TrySpendAsync("assertion", "live", Now + Life, Cancelled));
        Assert.False(await Store.TrySpendAsync("assertion", "later-0", Now + Life, Cancelled));
        Assert.True(await Store.TrySpendAsync("assertion", "brief-299", Now + Life, Cancelled));
    }

    [Fact]
    public async Task Remembers_spent_ids_when_it_is_opened_again()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled);

        await ReopenAsync();

        Assert.False(await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled));
    }

    [Fact]
    public async Task Does_nothing_for_a_caller_who_has_gone()
    {
        await Store.InitializeAsync(Cancelled);
        var head = await HeadAsync(LogNames.Keys);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.TrySpendAsync("assertion", "id", Now + Life, gone.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.AppendAsync(LogNames.Keys, head, [Record("a", "1")], gone.Token));

        Assert.Equal(head, await HeadAsync(LogNames.Keys));
        Assert.True(await Store.TrySpendAsync("assertion", "id", Now + Life, Cancelled));
    }
}
