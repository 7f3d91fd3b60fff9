using ExchangeCluster.Domain.Policies;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

/// <summary>Three silos of one cluster, which read the sources for one another.</summary>
public sealed class RefreshTurnsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fault_F22_Reads_an_issuer_once_in_an_interval_for_all_silos()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var silos = Cluster(issuer);
        await silos[0].Refresher.RefreshDueAsync();
        Share(silos, silos[0]);
        for (var minute = 0; minute < 60; minute++)
        {
            await Task.WhenAll(silos.Select(silo => silo.Refresher.RefreshDueAsync()));
            silos[0].Clock.Advance(TimeSpan.FromMinutes(1));
        }

        // Each interval once, and never longer than the interval without.
        Assert.InRange(issuer.KeyRequests, 6, 8);
    }

    [Fact]
    public async Task Fault_F22_Answers_a_flood_at_every_silo_with_one_reading()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var silos = Cluster(issuer);
        await silos[0].Refresher.RefreshDueAsync();
        Share(silos, silos[0]);
        issuer.Key = TestKey.Create(keyId: "rotated");
        foreach (var silo in silos)
        {
            silo.OnCatchUp = () => Share(silos, silos[0]);
        }

        silos[0].Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await silos[0].Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation));
        foreach (var silo in silos[1..])
        {
            var flood = Enumerable.Range(0, 50).Select(_ => silo.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation));
            Assert.DoesNotContain(false, await Task.WhenAll(flood));
            Assert.Equal("rotated", silo.UsableKeyIds(issuer.Issuer));
        }

        Assert.Equal(2, issuer.KeyRequests);
    }

    [Fact]
    public async Task Reads_in_the_place_of_a_silo_that_died_with_its_turn()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var silos = Cluster(issuer);
        await silos[0].Refresher.RefreshDueAsync();
        Share(silos, silos[0]);
        silos[0].Clock.Advance(silos[0].Options.RefreshInterval);
        Assert.True(await silos[0].Turns.TrySpendAsync(
            "key-set-read.Due", $"issuer {issuer.Issuer}", new KeySetSource(JwksUri: issuer.JwksUri).ToString(), silos[0].Clock.GetUtcNow() + silos[0].Options.RefreshTurn, Cancellation));
        await silos[1].Refresher.RefreshDueAsync();
        Assert.Equal(1, issuer.KeyRequests);
        for (var minute = 0; minute < 10; minute++)
        {
            silos[1].Clock.Advance(TimeSpan.FromMinutes(1));
            await silos[1].Refresher.RefreshDueAsync();
        }

        Assert.Equal(2, issuer.KeyRequests);
    }

    private static KeySetBench[] Cluster(LoopbackIssuer issuer)
    {
        var trusted = (issuer.Issuer, new KeySetSource(JwksUri: issuer.JwksUri));
        var first = new KeySetBench(trusted);
        return [first, new KeySetBench(first, trusted), new KeySetBench(first, trusted)];
    }

    /// <summary>Replication: everybody has what this one has.</summary>
    private static void Share(KeySetBench[] silos, KeySetBench from)
    {
        foreach (var silo in silos)
        {
            silo.Current = from.Current;
        }
    }
}
