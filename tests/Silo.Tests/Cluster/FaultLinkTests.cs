using System.Net;
using ExchangeCluster.Silo.Tests.Cluster.Links;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>Group F of the fault catalogue: networks that lose, delay and cut, and a processor that is taken away. Each test leaves the cluster whole.</summary>
[Collection<LinkCollection>]
public sealed class FaultLinkTests(LinkedCluster linked)
{
    /// <summary>Far beyond what any request may take.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly TestCluster cluster = linked.Cluster;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fault_F10_Answers_503_in_bounded_time_while_the_store_is_slow_and_goes_on_by_itself()
    {
        BreakAll(silo => silo.Links!.Store, new LinkFault { DelaysEach = 1, Delay = TimeSpan.FromSeconds(2) });
        await cluster.AllRefuseAsync();
        await Task.WhenAll(Enumerable.Range(0, 30).Select(index => SpendAsync(cluster.Silos[index % 3], $"slow-{index}"))).WaitAsync(Bound, Cancelled);
        await HealAsync();
    }

    [Fact]
    public async Task Fault_F10_Answers_rightly_or_503_while_one_in_ten_replies_of_the_store_fails_and_goes_on_by_itself()
    {
        BreakAll(silo => silo.Links!.Store, new LinkFault { ResetsEach = 10 });
        for (var round = 0; round < 8; round++)
        {
            await HoldsEveryPromiseAsync($"failing-{round}");
        }

        await HealAsync();
    }

    [Fact]
    public async Task Fault_F13_Answers_503_at_a_silo_that_is_cut_off_from_the_store_alone_while_the_others_answer_for_all_subjects()
    {
        var (cut, others) = (cluster.Silos[2], cluster.Silos.Take(2).ToArray());
        var logins = Enumerable.Range(0, 20).Select(index => cluster.Login($"f13-{index}")).ToArray();

        // A third of them have their grain on the silo that is cut off, and Orleans has nothing against that silo.
        await Task.WhenAll(logins.Select((login, index) => TestCluster.ExchangeAsync(cluster.Silos[index % 3], login)));
        cut.Links!.Store.Break(LinkFault.Cut);
        var receipt = await cluster.RevokeAsync(others[0], "f13-0");

        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        Assert.Equal((2, 1), Confirmed(receipt));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await TestCluster.ExchangeAsync(cut, logins[0])).Status);
        Assert.False(await cut.IsReadyAsync());
        foreach (var silo in others)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await TestCluster.ExchangeAsync(silo, logins[0])).Status);
            Assert.All(await Task.WhenAll(logins.Skip(1).Select(login => TestCluster.ExchangeAsync(silo, login))), reply => reply.AssertIssued());
        }

        await HealAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await TestCluster.ExchangeAsync(cut, logins[0])).Status);
    }

    [Fact]
    public async Task Fault_F14_Counts_a_silo_for_fenced_whose_confirmations_arrive_and_are_never_answered()
    {
        var (deaf, login) = (cluster.Silos[1], cluster.Login("f14"));
        deaf.Links!.Store.Break(new LinkFault { LosesReplies = true });
        var receipt = await cluster.RevokeAsync(cluster.Silos[0], "f14");

        Assert.Equal((HttpStatusCode.OK, (2, 1)), (receipt.Status, Confirmed(receipt)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await TestCluster.ExchangeAsync(deaf, login)).Status);
        var unheard = await cluster.TryRevokeAsync(deaf, "f14-unheard");
        Assert.True(unheard is null or { Status: HttpStatusCode.ServiceUnavailable }, unheard?.ToString());

        await HealAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await TestCluster.ExchangeAsync(deaf, login)).Status);
    }

    [Fact]
    public async Task Fault_F14_Answers_rightly_or_503_while_one_in_five_replies_of_the_store_is_late()
    {
        // Later than the silos wait for it.
        BreakAll(silo => silo.Links!.Store, new LinkFault { DelaysEach = 5, Delay = TimeSpan.FromMilliseconds(1200) });
        await HoldsEveryPromiseAsync("late");
        await HealAsync();
    }

    [Fact]
    public async Task Fault_F12_Spends_nothing_twice_and_forgets_no_revocation_when_every_silo_is_cut_off_from_every_other()
    {
        BreakAll(silo => silo.Links!.Peers, LinkFault.Cut);
        await HoldsEveryPromiseAsync("parted");
        BreakAll(silo => silo.Links!.Peers, LinkFault.None);

        // Each may have declared another dead, which then has ended.
        await Task.WhenAll(cluster.Silos.Select(silo => silo.ReadyAgainAsync()));
        await cluster.AllAnswerAsync();
    }

    [Fact]
    public async Task Fault_F12_Holds_every_promise_when_two_silos_are_cut_off_from_each_other_alone()
    {
        var (one, other, third) = (cluster.Silos[0], cluster.Silos[1], cluster.Silos[2]);
        await cluster.IsWholeAsync();
        one.Links!.Peers.Break(LinkFault.Cut, other.Dials);
        other.Links!.Peers.Break(LinkFault.Cut, one.Dials);

        // Whoever hears both waits for nobody; the two rely on the end of each other's lease.
        var receipts = await Task.WhenAll(cluster.Silos.Select((silo, number) => cluster.RevokeAsync(silo, $"pair-{number}")));
        Assert.Equal([(2, 1), (2, 1), (3, 0)], receipts.Select(Confirmed));
        await HoldsEveryPromiseAsync("pair");
        Assert.Equal((3, 0), Confirmed(await cluster.RevokeAsync(third, "pair-again")));

        one.Links.Peers.Heal();
        other.Links.Peers.Heal();
        await Task.WhenAll(cluster.Silos.Select(silo => silo.ReadyAgainAsync()));
        await cluster.IsWholeAsync();
    }

    [Fact]
    public async Task Fault_F25_Answers_rightly_or_503_while_a_silo_hardly_gets_a_processor_and_goes_on_by_itself()
    {
        var starved = cluster.Silos[0];
        using var over = new CancellationTokenSource();
        var starving = starved.StarveAsync(over.Token);
        for (var round = 0; round < 3; round++)
        {
            await HoldsEveryPromiseAsync($"starved-{round}");
        }

        await over.CancelAsync();
        await starving;
        await starved.ReadyAgainAsync();
        await cluster.AllAnswerAsync();
    }

    /// <summary>What is used at every silo at once is spent once; once a revocation is acknowledged by any silo, none issues.</summary>
    private Task HoldsEveryPromiseAsync(string name) => Task.WhenAll(
        [
            .. Enumerable.Range(0, 10).Select(round => SpendEverywhereAsync($"{name}-spender-{round}")),
            .. cluster.Silos.Select((by, number) => RevokeAsync(by, $"{name}-{number}")),
        ]).WaitAsync(Bound, Cancelled);

    private async Task RevokeAsync(ClusterSilo by, string subject)
    {
        var login = cluster.Login(subject);
        var receipt = await cluster.TryRevokeAsync(by, subject);
        if (receipt?.Status == HttpStatusCode.OK)
        {
            var replies = await Task.WhenAll(cluster.Silos.Select(silo => TestCluster.ExchangeAsync(silo, login)));
            Assert.All(replies, reply => Assert.True(reply.Status == HttpStatusCode.BadRequest || reply.IsUnavailable, reply.ToString()));
        }
    }

    private async Task SpendEverywhereAsync(string subject)
    {
        var (login, assertion) = (cluster.Login(subject, "reporting"), cluster.Parties.Assertion("reporting", TestCluster.Issuer));
        var replies = await Task.WhenAll(cluster.Silos.Select(silo => TestCluster.ExchangeByAssertionAsync(silo, login, assertion)));
        Assert.True(replies.Count(reply => reply.IsIssued) <= 1);
        Assert.All(replies, reply => Assert.True(reply.IsIssued || reply.IsUnavailable || reply.Status == HttpStatusCode.Unauthorized, reply.ToString()));
    }

    private async Task SpendAsync(ClusterSilo silo, string subject)
    {
        var reply = await TestCluster.ExchangeByAssertionAsync(
            silo, cluster.Login(subject, "reporting"), cluster.Parties.Assertion("reporting", TestCluster.Issuer));
        Assert.True(reply.IsUnavailable, reply.ToString());
    }

    private void BreakAll(Func<ClusterSilo, TcpProxy> link, LinkFault fault)
    {
        foreach (var silo in cluster.Silos)
        {
            link(silo).Break(fault);
        }
    }

    /// <summary>Everything answers again, and no silo had to be started again for that.</summary>
    private async Task HealAsync()
    {
        BreakAll(silo => silo.Links!.Store, LinkFault.None);
        await cluster.AllAnswerAsync();
        Assert.All(cluster.Silos, silo => Assert.False(silo.HasEnded));
    }

    private static (int Confirmed, int Fenced) Confirmed(Reply receipt) =>
        (receipt.Json.GetProperty("silos_confirmed").GetInt32(), receipt.Json.GetProperty("silos_fenced").GetInt32());
}

/// <summary>Three silos whose every connection can be broken.</summary>
public sealed class LinkedCluster : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await TestCluster.StartAsync(3, hasLinks: true);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

[CollectionDefinition(DisableParallelization = true)]
public sealed class LinkCollection : ICollectionFixture<LinkedCluster>;
