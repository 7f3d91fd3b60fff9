using System.Net;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>Group F of the fault catalogue: a store that stops, hangs, refuses and forgets.</summary>
public sealed class FaultStoreTests : IAsyncLifetime
{
    private TestCluster cluster = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => cluster = await TestCluster.StartAsync();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Fault_F6_F10_F11_Answers_503_while_the_store_is_down_or_hangs_or_refuses_and_goes_on_by_itself()
    {
        await cluster.Redis.KillAsync();
        await AllRefuseAsync();
        await cluster.Redis.StartAgainAsync();
        await AllAnswerAsync();

        await cluster.Redis.FreezeAsync();
        await AllRefuseAsync();
        await cluster.Redis.ResumeAsync();
        await AllAnswerAsync();

        // Of a primary that isn't there: it keeps its data and takes nothing.
        await cluster.Redis.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
        await AllRefuseAsync();
        await cluster.Redis.ExecuteAsync("REPLICAOF", "NO", "ONE");
        await AllAnswerAsync();
    }

    [Fact]
    public async Task Fault_F7_Answers_503_for_good_when_the_store_was_emptied_even_when_it_is_initialised_again()
    {
        await cluster.Redis.ExecuteAsync("FLUSHALL");
        await AllRefuseAsync();

        await cluster.InitializeStoreAsync();
        await AllRefuseAsync();
        Assert.All(cluster.Silos, silo => Assert.Contains("This silo no longer answers", silo.Printed, StringComparison.Ordinal));

        // They can't say good-bye to a store that doesn't know them, and don't hang about either.
        await Task.WhenAll(cluster.Silos.Select(silo => silo.StopAsync()));
    }

    [Fact]
    public async Task Fault_F7_Answers_503_for_good_when_the_store_went_back()
    {
        await cluster.Redis.StopAsync();
        cluster.Redis.Save();
        await cluster.Redis.StartAgainAsync();
        await AllAnswerAsync();
        var receipt = await TestCluster.RetryAsync(() => cluster.RevokeAsync(cluster.Silos[0], "yngve"));
        Assert.Equal(HttpStatusCode.OK, receipt.Status);

        await cluster.Redis.KillAsync();
        cluster.Redis.Restore();
        await cluster.Redis.StartAgainAsync();

        await Task.WhenAll(cluster.Silos.Select(silo => Eventually.HoldsAsync(
            () => Task.FromResult(silo.Printed.Contains("the store has forgotten", StringComparison.Ordinal)), Cancelled)));
        await AllRefuseAsync();
    }

    private Task AllRefuseAsync() => Task.WhenAll(cluster.Silos.Select(silo => Eventually.HoldsAsync(
        async () => (await TestCluster.ExchangeAsync(silo, cluster.Login("zara"))).Status == HttpStatusCode.ServiceUnavailable && !await silo.IsReadyAsync(),
        Cancelled)));

    private Task AllAnswerAsync() => Task.WhenAll(cluster.Silos.Select(silo => Eventually.HoldsAsync(
        async () => (await TestCluster.ExchangeAsync(silo, cluster.Login("zara"))).IsIssued && await silo.IsReadyAsync(), Cancelled)));
}
