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
        var login = await RevokedLoginAsync();
        await cluster.Redis.ExecuteAsync("FLUSHALL");
        await cluster.AllRefuseAsync();
        Assert.All(cluster.Silos, silo => Assert.Contains("This silo no longer answers", silo.Printed, StringComparison.Ordinal));

        await RecoverAsync();

        await RefusesEverywhereAsync(login);
    }

    [Fact]
    public async Task Fault_F9_Answers_503_when_the_store_went_back_and_knows_what_was_revoked_once_it_is_recovered()
    {
        await cluster.Redis.StopAsync();
        cluster.Redis.Save();
        await cluster.Redis.StartAgainAsync();
        await cluster.AllAnswerAsync();
        var login = await RevokedLoginAsync();

        await cluster.Redis.KillAsync();
        cluster.Redis.Restore();
        await cluster.Redis.StartAgainAsync();

        await Task.WhenAll(cluster.Silos.Select(silo => Eventually.HoldsAsync(
            () => Task.FromResult(silo.Printed.Contains("the store has forgotten", StringComparison.Ordinal)), Cancelled)));
        await cluster.AllRefuseAsync();

        await RecoverAsync();

        await RefusesEverywhereAsync(login);
    }

    [Fact]
    public async Task Fault_F9_Knows_what_was_revoked_when_a_silo_was_killed_and_started_again_before_the_store_is_recovered()
    {
        await cluster.Redis.StopAsync();
        cluster.Redis.Save();
        await cluster.Redis.StartAgainAsync();
        await cluster.AllAnswerAsync();
        var login = await RevokedLoginAsync();
        await cluster.Redis.KillAsync();
        cluster.Redis.Restore();
        await cluster.Redis.StartAgainAsync();
        await cluster.AllRefuseAsync();

        // It knows nothing but what the store has, and must not answer from that.
        var ignorant = cluster.Silos[1];
        await ignorant.KillAsync();
        ignorant.Launch();
        await Eventually.HoldsAsync(
            () => Task.FromResult(ignorant.Printed.Contains("doesn't answer for now: The store has forgotten", StringComparison.Ordinal)), Cancelled);
        Assert.False(await ignorant.IsReadyAsync());

        await RecoverAsync();

        await RefusesEverywhereAsync(login);
    }

    /// <summary>A token that was good until its subject was revoked.</summary>
    private async Task<string> RevokedLoginAsync()
    {
        var login = cluster.Login("yngve");
        var receipt = await TestCluster.RetryAsync(() => cluster.RevokeAsync(cluster.Silos[0], "yngve"));
        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        return login;
    }

    /// <summary>
    /// As the operator's page says: begin the store anew, wait until the silos have written back what they know, then start them again, one after
    /// the other, because what the runtime kept there is lost too.
    /// </summary>
    private async Task RecoverAsync()
    {
        await cluster.RecoverStoreAsync();
        await cluster.AllAreReadyAsync();
        foreach (var silo in cluster.Silos)
        {
            await silo.StopAsync();
            await TestCluster.LaunchAsync(silo);
        }

        await cluster.AllAnswerAsync();
    }

    private async Task RefusesEverywhereAsync(string login)
    {
        var refused = await Task.WhenAll(cluster.Silos.Select(silo => TestCluster.ExchangeAsync(silo, login)));
        Assert.All(refused, reply => Assert.Equal(HttpStatusCode.BadRequest, reply.Status));
    }
}

/// <summary>A cluster of its own for each test, with nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ForgetfulStoreCollection;
