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
    public async Task Fault_F7_Knows_what_was_revoked_when_the_store_was_emptied_and_is_recovered()
    {
        Assert.Equal(HttpStatusCode.OK, (await cluster.RevokeAsync(cluster.Silos[0], "yngve")).Status);
        await cluster.Redis.ExecuteAsync("FLUSHALL");
        await cluster.AllRefuseAsync();
        Assert.All(cluster.Silos, silo => Assert.Contains("This silo no longer answers", silo.Printed, StringComparison.Ordinal));

        await cluster.RecoverStoreAsync();
        await cluster.AllAreReadyAsync();

        // What the runtime itself kept there is lost too: the silos are started again, one after the other.
        foreach (var silo in cluster.Silos)
        {
            await silo.StopAsync();
            await TestCluster.LaunchAsync(silo);
        }

        await cluster.AllAnswerAsync();
        var refused = await Task.WhenAll(cluster.Silos.Select(silo => TestCluster.ExchangeAsync(silo, cluster.Login("yngve"))));
        Assert.All(refused, reply => Assert.Equal(HttpStatusCode.BadRequest, reply.Status));
    }

    [Fact]
    public async Task Fault_F9_Answers_503_when_the_store_went_back_and_knows_what_was_revoked_once_it_is_recovered()
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

        // Who starts now can't know what is missing, and is told.
        await cluster.Silos[1].KillAsync();
        cluster.Silos[1].Launch();
        await Eventually.HoldsAsync(
            () => Task.FromResult(cluster.Silos[1].Printed.Contains("The store has forgotten something", StringComparison.Ordinal)), Cancelled);

        await cluster.RecoverStoreAsync();
        await cluster.AllAnswerAsync();
        var refused = await Task.WhenAll(cluster.Silos.Select(silo => TestCluster.ExchangeAsync(silo, cluster.Login("yngve"))));
        Assert.All(refused, reply => Assert.Equal(HttpStatusCode.BadRequest, reply.Status));
    }
}

/// <summary>A cluster of its own for each test, with nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ForgetfulStoreCollection;
