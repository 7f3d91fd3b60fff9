using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.StoreKit;

public abstract partial class ClusterStoreTests
{
    [Fact]
    public async Task Refuses_the_confirmation_of_a_silo_that_never_registered()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"));

        var confirmation = await Store.ConfirmAsync("stranger", Nothing, DropAfter, Cancelled);

        Assert.False(confirmation.Registered);
        Assert.Empty(confirmation.Records);
        Assert.Empty(await SilosAsync());
    }

    [Fact]
    public async Task Says_what_time_it_is()
    {
        await Store.InitializeAsync(Cancelled);
        var tick = TimeSpan.FromMilliseconds(1);

        var earliest = Now - tick;
        var confirmation = await LoadAsync();

        Assert.InRange(confirmation.At, earliest, Now + tick);
    }

    [Fact]
    public async Task Names_every_registered_silo_to_a_writer()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        await Store.RegisterAsync("two", DropAfter, Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);

        Assert.Equal(["one", "two"], await SilosAsync());
    }

    [Fact]
    public async Task Names_silos_to_a_writer_who_was_too_slow()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        var head = await HeadAsync(LogNames.Keys);

        var result = await Store.AppendAsync(LogNames.Keys, head with { Epoch = 7 }, [Record("a", "1")], Cancelled);

        Assert.Equal(["one"], result.Silos);
    }

    [Fact]
    public async Task Refuses_the_confirmation_of_a_deregistered_silo()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        await Store.RegisterAsync("two", DropAfter, Cancelled);

        await Store.DeregisterAsync("one", Cancelled);

        Assert.False((await Store.ConfirmAsync("one", Nothing, DropAfter, Cancelled)).Registered);
        Assert.Equal(["two"], await SilosAsync());
    }

    [Fact]
    public async Task Drops_a_silo_that_is_silent_for_too_long()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("silent", DropAfter, Cancelled);

        await PassAsync(DropAfter * 1.5);

        Assert.False((await Store.ConfirmAsync("silent", Nothing, DropAfter, Cancelled)).Registered);
    }

    [Fact]
    public async Task Drops_a_silent_silo_when_another_confirms()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("silent", DropAfter, Cancelled);
        await Store.RegisterAsync("alive", DropAfter, Cancelled);
        await PassAsync(DropAfter * 0.6);
        Assert.True((await Store.ConfirmAsync("alive", Nothing, DropAfter, Cancelled)).Registered);
        await PassAsync(DropAfter * 0.6);

        Assert.True((await Store.ConfirmAsync("alive", Nothing, DropAfter, Cancelled)).Registered);

        Assert.Equal(["alive"], await SilosAsync());
    }

    [Fact]
    public async Task Keeps_a_silo_that_registers_again()
    {
        await Store.InitializeAsync(Cancelled);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        await PassAsync(DropAfter * 0.6);
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        await PassAsync(DropAfter * 0.6);

        Assert.True((await Store.ConfirmAsync("one", Nothing, DropAfter, Cancelled)).Registered);
    }

    [Fact]
    public async Task Takes_a_dropped_silo_that_registers_again()
    {
        await Store.InitializeAsync(Cancelled);
        await AppendAsync(LogNames.Keys, Record("a", "1"));
        await Store.RegisterAsync("one", DropAfter, Cancelled);
        await PassAsync(DropAfter * 1.5);

        await Store.RegisterAsync("one", DropAfter, Cancelled);

        var confirmation = await Store.ConfirmAsync("one", Nothing, DropAfter, Cancelled);
        Assert.True(confirmation.Registered);
        Assert.Single(confirmation.Records);
    }

    /// <summary>As a writer is told.</summary>
    private async Task<IReadOnlyList<string>> SilosAsync()
    {
        var result = await Store.AppendAsync(LogNames.Policy, await HeadAsync(LogNames.Policy), [Record("silos", "")], Cancelled);
        Assert.True(result.Appended);
        return [.. result.Silos.Order(StringComparer.Ordinal)];
    }
}
