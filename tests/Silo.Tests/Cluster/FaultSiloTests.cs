using System.Net;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>Group F of the fault catalogue: silos that die, stop and come back.</summary>
[Collection<ClusterCollection>]
public sealed class FaultSiloTests(TestCluster cluster) : IAsyncLifetime
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The test before may have started silos again.</summary>
    public async ValueTask InitializeAsync() => await cluster.IsWholeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Conformance_77_Gives_the_same_result_after_the_owning_silo_was_killed_in_mid_request()
    {
        var (survivor, other, victim) = (cluster.Silos[0], cluster.Silos[1], cluster.Silos[2]);
        var users = Enumerable.Range(0, 60)
            .Select(index => (Name: $"user-{index}", Login: cluster.Login($"user-{index}", "reporting"), Assertion: cluster.Parties.Assertion("reporting", TestCluster.Issuer)))
            .ToArray();

        // A third of these subjects live on the silo that dies.
        await Task.WhenAll(users.Select(user => AskAsync(survivor, user.Name, user.Login, Fresh())));
        var asked = users.Select(user => AskAsync(survivor, user.Name, user.Login, user.Assertion)).ToArray();
        await victim.KillAsync();
        var replies = await Task.WhenAll(asked);

        Assert.All(replies, reply => Assert.True(reply.IsIssued || reply.IsUnavailable, reply.ToString()));
        await Task.WhenAll(users.Select(user => AskUntilIssuedAsync(user.Name, user.Login)));

        // Whatever came of the request, its assertion was spent at most once.
        var again = await Task.WhenAll(users.Select(user => AskAsync(other, user.Name, user.Login, user.Assertion)));
        Assert.All(again.Zip(replies), pair => Assert.False(pair.First.IsIssued && pair.Second.IsIssued));

        Assert.Equal(HttpStatusCode.OK, (await cluster.RevokeAsync(survivor, users[0].Name)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(other, users[0].Name, users[0].Login, Fresh())).Status);

        await TestCluster.LaunchAsync(victim);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(victim, users[0].Name, users[0].Login, Fresh())).Status);
        (await AskAsync(victim, users[1].Name, users[1].Login, Fresh())).AssertIssued();

        string Fresh() => cluster.Parties.Assertion("reporting", TestCluster.Issuer);

        Task AskUntilIssuedAsync(string name, string login) => Eventually.HoldsAsync(
            async () => (await AskAsync(survivor, name, login, Fresh())).IsIssued && (await AskAsync(other, name, login, Fresh())).IsIssued, Cancelled);
    }

    [Fact]
    public async Task Fault_F2_Answers_every_request_while_a_silo_stops_in_order_and_waits_for_none_that_has_gone()
    {
        var leaving = cluster.Silos[2];
        var isLeft = false;
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 6).Select(reader => Task.Run(() => ReadAsync(reader), Cancelled)).ToArray();
        await Eventually.HoldsAsync(() => TestCluster.AnswersAsync(cluster.Silos[0], cluster.Login("warm")), Cancelled);

        // As a load balancer that asks for the readiness.
        var stopped = leaving.StopAsync();
        await Eventually.HoldsAsync(async () => !await leaving.IsReadyAsync(), Cancelled);
        Volatile.Write(ref isLeft, true);

        Assert.Equal(0, await stopped);
        var receipt = await cluster.RevokeAsync(cluster.Silos[0], "somebody");
        await over.CancelAsync();

        Assert.All(await Task.WhenAll(readers), replies => Assert.All(replies, reply => Assert.True(reply.IsIssued, reply.ToString())));
        Assert.Equal((2, 0), (receipt.Json.GetProperty("silos_confirmed").GetInt32(), receipt.Json.GetProperty("silos_fenced").GetInt32()));
        await TestCluster.LaunchAsync(leaving);

        async Task<List<Reply>> ReadAsync(int reader)
        {
            var replies = new List<Reply>();
            for (var index = 0; !over.IsCancellationRequested; index++)
            {
                // Some subjects have a grain already, on any silo; others get theirs just now.
                var silo = cluster.Silos[index % (Volatile.Read(ref isLeft) ? 2 : 3)];
                replies.Add(await TestCluster.ExchangeAsync(silo, cluster.Login($"reader-{reader}-{(index % 3 == 0 ? index : index % 20)}")));
            }

            return replies;
        }
    }

    [Fact]
    public async Task Fault_F3_Remembers_what_was_revoked_and_spent_when_two_of_three_were_killed_and_all_were_started_again()
    {
        var (survivor, dead) = (cluster.Silos[0], cluster.Silos.Skip(1).ToArray());
        var before = await RevokeAndSpendAsync("sven", dead[0]);

        await Task.WhenAll(dead.Select(silo => silo.KillAsync()));
        await Eventually.HoldsAsync(() => TestCluster.AnswersAsync(survivor, cluster.Login("tove")), Cancelled);
        await AssertRememberedAsync(survivor, before);
        var between = await RevokeAndSpendAsync("tuva", survivor);

        await survivor.StopAsync();
        await TestCluster.LaunchAsync([.. cluster.Silos]);
        foreach (var silo in cluster.Silos)
        {
            await AssertRememberedAsync(silo, before);
            await AssertRememberedAsync(silo, between);
            (await TestCluster.RetryAsync(() => TestCluster.ExchangeAsync(silo, cluster.Login("tove")))).AssertIssued();
        }
    }

    [Fact]
    public async Task Fault_F8_Remembers_what_was_revoked_and_spent_when_every_silo_and_the_store_were_killed()
    {
        var remembered = await RevokeAndSpendAsync("victoria", cluster.Silos[0]);

        // At once, so that none can tell another.
        await Task.WhenAll([cluster.Redis.KillAsync(), .. cluster.Silos.Select(silo => silo.KillAsync())]);
        await cluster.Redis.StartAgainAsync();
        await TestCluster.LaunchAsync([.. cluster.Silos]);

        foreach (var silo in cluster.Silos)
        {
            await AssertRememberedAsync(silo, remembered);
            (await TestCluster.RetryAsync(() => TestCluster.ExchangeAsync(silo, cluster.Login("xenia")))).AssertIssued();
        }
    }

    /// <summary>A token for this subject that is then revoked, and an assertion that is spent, all at one silo.</summary>
    private async Task<(string Login, string Token, string Assertion)> RevokeAndSpendAsync(string subject, ClusterSilo silo)
    {
        var (login, assertion) = (cluster.Login(subject), "");
        var issued = (await TestCluster.RetryAsync(() => TestCluster.ExchangeAsync(silo, login))).AssertIssued();
        (await TestCluster.RetryAsync(() => TestCluster.ExchangeByAssertionAsync(
            silo, cluster.Login("wilma", "reporting"), assertion = cluster.Parties.Assertion("reporting", TestCluster.Issuer)))).AssertIssued();
        var receipt = await TestCluster.RetryAsync(async () => await cluster.TryRevokeAsync(silo, subject) ?? new Reply(0, default));
        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        return (login, issued.Token, assertion);
    }

    private async Task AssertRememberedAsync(ClusterSilo silo, (string Login, string Token, string Assertion) before)
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await TestCluster.RetryAsync(() => TestCluster.ExchangeAsync(silo, before.Login))).Status);
        Assert.False(await TestCluster.IsActiveAsync(silo, "orders", before.Token));
        var replayed = await TestCluster.RetryAsync(
            () => TestCluster.ExchangeByAssertionAsync(silo, cluster.Login("wilma", "reporting"), before.Assertion));
        Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
    }

    /// <summary>Whatever is issued is this user's, for this target.</summary>
    private static async Task<Reply> AskAsync(ClusterSilo silo, string name, string login, string assertion)
    {
        var reply = await TestCluster.ExchangeByAssertionAsync(silo, login, assertion);
        if (reply.IsIssued)
        {
            var claims = reply.AssertIssued().Claims;
            Assert.Equal(name, claims.GetProperty("sub").GetString());
            Assert.Equal(ShopParties.AudienceOf("orders"), claims.GetProperty("aud").GetString());
            Assert.Equal("browse orders.place", claims.GetProperty("scope").GetString());
        }

        return reply;
    }
}
