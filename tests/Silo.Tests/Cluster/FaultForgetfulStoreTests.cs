using System.Net;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>Group F of the fault catalogue: a store that forgets.</summary>
[Collection<ForgetfulStoreCollection>]
public sealed class FaultForgetfulStoreTests : IAsyncLifetime
{
    private TestCluster cluster = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => cluster = await TestCluster.StartAsync(2);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Fault_F7_Answers_503_for_good_when_the_store_was_emptied_even_when_it_is_initialised_again()
    {
        await cluster.Redis.ExecuteAsync("FLUSHALL");
        await cluster.AllRefuseAsync();

        await cluster.InitializeStoreAsync();
        await cluster.AllRefuseAsync();
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
        await cluster.AllAnswerAsync();
        var receipt = await TestCluster.RetryAsync(() => cluster.RevokeAsync(cluster.Silos[0], "yngve"));
        Assert.Equal(HttpStatusCode.OK, receipt.Status);

        await cluster.Redis.KillAsync();
        cluster.Redis.Restore();
        await cluster.Redis.StartAgainAsync();

        await Task.WhenAll(cluster.Silos.Select(silo => Eventually.HoldsAsync(
            () => Task.FromResult(silo.Printed.Contains("the store has forgotten", StringComparison.Ordinal)), Cancelled)));
        await cluster.AllRefuseAsync();
    }
}

/// <summary>A cluster of its own for each test, with nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ForgetfulStoreCollection;
