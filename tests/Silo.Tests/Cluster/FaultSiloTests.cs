using System.Net;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>Group F of the fault catalogue: silos that die, stop and come back.</summary>
[Collection<ClusterCollection>]
public sealed class FaultSiloTests(TestCluster cluster)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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
    public async Task Fault_F2_Answers_whoever_asks_once_more_while_a_silo_stops_in_order_and_waits_for_none_that_has_gone()
    {
        var leaving = cluster.Silos[2];
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(() => ReadAsync(reader), Cancelled)).ToArray();
        await Eventually.HoldsAsync(() => TestCluster.AnswersAsync(cluster.Silos[0], cluster.Login("warm")), Cancelled);

        Assert.Equal(0, await leaving.StopAsync());
        var receipt = await cluster.RevokeAsync(cluster.Silos[0], "somebody");
        await over.CancelAsync();

        Assert.All(await Task.WhenAll(readers), replies => Assert.All(replies, reply => Assert.True(reply.IsIssued, $"{reply}; the silos printed: {string.Join(Environment.NewLine, cluster.Silos.Select(silo => silo.Printed))}")));
        Assert.Equal(2, receipt.Json.GetProperty("silos_confirmed").GetInt32() + receipt.Json.GetProperty("silos_fenced").GetInt32());
        await TestCluster.LaunchAsync(leaving);

        async Task<List<Reply>> ReadAsync(int reader)
        {
            var replies = new List<Reply>();
            for (var index = 0; !over.IsCancellationRequested; index++)
            {
                var (silo, login) = (cluster.Silos[index % 2], cluster.Login($"reader-{reader}-{index % 20}"));
                var reply = await TestCluster.ExchangeAsync(silo, login);
                replies.Add(reply.IsUnavailable ? await TestCluster.ExchangeAsync(silo, login) : reply);
            }

            return replies;
        }
    }

    [Fact]
    public async Task Fault_F8_Remembers_what_was_revoked_and_spent_when_every_silo_and_the_store_were_killed()
    {
        var login = cluster.Login("victoria");
        var issued = (await TestCluster.ExchangeAsync(cluster.Silos[0], login)).AssertIssued();
        var assertion = cluster.Parties.Assertion("reporting", TestCluster.Issuer);
        (await TestCluster.ExchangeByAssertionAsync(cluster.Silos[0], cluster.Login("wilma", "reporting"), assertion)).AssertIssued();
        Assert.Equal(HttpStatusCode.OK, (await cluster.RevokeAsync(cluster.Silos[0], "victoria")).Status);

        // At once, so that none can tell another.
        await Task.WhenAll([cluster.Redis.KillAsync(), .. cluster.Silos.Select(silo => silo.KillAsync())]);
        await cluster.Redis.StartAgainAsync();
        await TestCluster.LaunchAsync([.. cluster.Silos]);

        foreach (var silo in cluster.Silos)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await TestCluster.RetryAsync(() => TestCluster.ExchangeAsync(silo, login))).Status);
            Assert.False(await TestCluster.IsActiveAsync(silo, "orders", issued.Token));
            var replayed = await TestCluster.RetryAsync(
                () => TestCluster.ExchangeByAssertionAsync(silo, cluster.Login("wilma", "reporting"), assertion));
            Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
            (await TestCluster.RetryAsync(() => TestCluster.ExchangeAsync(silo, cluster.Login("xenia")))).AssertIssued();
        }
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
