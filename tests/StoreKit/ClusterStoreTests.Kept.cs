using System.Text;
using Xunit;

namespace ExchangeCluster.StoreKit;

public abstract partial class ClusterStoreTests
{
    [Fact]
    public async Task Gives_back_what_was_put_under_its_kind_and_id_alone()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.PutAsync("token", "id", Bytes("one"), Now + Life, Cancelled);

        Assert.Equal("one", await TextAsync("token", "id"));
        Assert.Null(await TextAsync("token", "ID"));
        Assert.Null(await TextAsync("toke", "nid"));
        Assert.Null(await TextAsync("other", "id"));
    }

    [Fact]
    public async Task Replaces_what_was_put_before()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.PutAsync("token", "id", Bytes("one"), Now + TimeSpan.FromSeconds(1), Cancelled);
        await Store.PutAsync("token", "id", Bytes("two"), Now + Life, Cancelled);
        await PassAsync(TimeSpan.FromSeconds(1.1));

        Assert.Equal("two", await TextAsync("token", "id"));
    }

    [Fact]
    public async Task Forgets_what_was_put_when_its_time_is_over_and_nothing_else()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.PutAsync("token", "live", Bytes("live"), Now + Life, Cancelled);
        await Store.PutAsync("token", "brief", Bytes("brief"), Now + TimeSpan.FromSeconds(1), Cancelled);
        await PassAsync(TimeSpan.FromSeconds(1.1));
        await Store.PutAsync("token", "later", Bytes("later"), Now + Life, Cancelled);

        Assert.Null(await TextAsync("token", "brief"));
        Assert.Equal("live", await TextAsync("token", "live"));
    }

    [Fact]
    public async Task Gives_back_what_was_put_when_it_is_opened_again()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.PutAsync("token", "id", Bytes("one"), Now + Life, Cancelled);

        await ReopenAsync();

        Assert.Equal("one", await TextAsync("token", "id"));
    }

    [Fact]
    public async Task Replaces_what_is_expected_alone()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.PutAsync("token", "id", Bytes("one"), Now + Life, Cancelled);

        Assert.False(await ReplaceAsync("token", "id", "on", "two"));
        Assert.False(await ReplaceAsync("token", "other", "one", "two"));
        Assert.False(await ReplaceAsync("other", "id", "one", "two"));
        Assert.Equal("one", await TextAsync("token", "id"));
        Assert.Null(await TextAsync("token", "other"));

        Assert.True(await ReplaceAsync("token", "id", "one", "two"));
        Assert.False(await ReplaceAsync("token", "id", "one", "three"));
        Assert.Equal("two", await TextAsync("token", "id"));
    }

    [Fact]
    public async Task Replaces_with_a_time_of_its_own_and_nothing_whose_time_is_over()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.PutAsync("token", "id", Bytes("one"), Now + TimeSpan.FromSeconds(1), Cancelled);
        await Store.PutAsync("token", "brief", Bytes("one"), Now + TimeSpan.FromSeconds(1), Cancelled);
        Assert.True(await ReplaceAsync("token", "id", "one", "two"));
        await PassAsync(TimeSpan.FromSeconds(1.1));

        Assert.False(await ReplaceAsync("token", "brief", "one", "two"));
        Assert.Null(await TextAsync("token", "brief"));
        Assert.Equal("two", await TextAsync("token", "id"));
    }

    [Fact]
    public async Task Lets_exactly_one_of_many_replace_a_value()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.PutAsync("token", "id", Bytes("one"), Now + Life, Cancelled);

        var results = await InParallelAsync(32, writer => ReplaceAsync("token", "id", "one", $"by {writer}"));

        var winner = Assert.Single(Enumerable.Range(0, 32), writer => results[writer]);
        Assert.Equal($"by {winner}", await TextAsync("token", "id"));
    }

    private Task<bool> ReplaceAsync(string kind, string id, string expected, string value) =>
        Store.TryReplaceAsync(kind, id, Bytes(expected), Bytes(value), Now + Life, Cancelled);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private async Task<string?> TextAsync(string kind, string id) =>
        await Store.GetAsync(kind, id, Cancelled) is { } value ? Encoding.UTF8.GetString(value.Span) : null;
}
