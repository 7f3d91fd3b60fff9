using ExchangeCluster.Samples.Shop;
using ExchangeCluster.Samples.Shop.Measure;
using Xunit;

namespace ExchangeCluster.Shop.Tests;

/// <summary>The shop from end to end, with real services and token services, in each of its four ways.</summary>
public sealed class ShopTests
{
    [Fact]
    public async Task Shares_as_the_plan_says()
    {
        await using var world = await World.StartAsync(Approach.ThePlan);
        var run = await Run.MeasureAsync(world);

        Assert.Equal(["incoming", "Reused"], run.Browse.Hops.Select(hop => hop.Obtained));
        Assert.Equal(
            [
                ("orders", "incoming"), ("identity", "Embedded"), ("register", "Embedded"), ("geolocation", "Exchanged"),
                ("credit-rating", "Exchanged"), ("payment", "Exchanged"),
            ],
            run.FirstOrder.Hops.Select(hop => (hop.To, hop.Obtained)));
        Assert.Equal((5, 0), (run.FirstOrder.TokenRequests, run.NextOrder.TokenRequests));

        // Whatever the way, the target gets what its rule says.
        Assert.Equal("identity.verify", Claim(run, "identity", "scope"));
        Assert.Equal(("shop-77", "high"), (Claim(run, "identity", "partner_id"), Claim(run, "identity", "assurance")));
        Assert.Equal("register.read", Claim(run, "register", "scope"));
        Assert.Equal("rating.read", Claim(run, "credit-rating", "scope"));
        Assert.Equal(("charge", world.PaymentIssuer), (Claim(run, "payment", "scope"), Claim(run, "payment", "iss")));
        AssertGeolocationIsHarmless(run);

        Assert.Contains("catalogue is in domain shop; a token that holds orders.place is exchanged", await world.PlanAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gives_the_same_tokens_by_embedding_and_by_exchange(bool embed)
    {
        await using var world = await World.StartAsync(embed ? Approach.EmbedAll : Approach.ExchangeAll);
        var run = await Run.MeasureAsync(world);

        var ways = run.FirstOrder.Hops.Skip(1).ToDictionary(hop => hop.To, hop => hop.Obtained);
        Assert.Equal(embed ? "Embedded" : "Exchanged", ways["identity"]);
        Assert.Equal(embed ? "Embedded" : "Exchanged", ways["geolocation"]);
        Assert.Equal("Exchanged", ways["payment"]);
        Assert.Equal("identity.verify", Claim(run, "identity", "scope"));
        Assert.Equal("register.read", Claim(run, "register", "scope"));
        Assert.Equal("rating.read", Claim(run, "credit-rating", "scope"));
        Assert.Equal(embed ? 5 : 7, run.FirstOrder.TokenRequests);
        AssertGeolocationIsHarmless(run);
    }

    [Fact]
    public async Task Shows_what_reuse_everywhere_gives_away()
    {
        await using var world = await World.StartAsync(Approach.ReuseEverywhere);
        var run = await Run.MeasureAsync(world);

        Assert.All(run.FirstOrder.Hops, hop => Assert.Equal(run.FirstOrder.Hops[0].Token, hop.Token));
        Assert.Equal(["POST /orders: 201"], run.FirstOrder.Attempts);
        Assert.Equal(0, run.FirstOrder.TokenRequests);
    }

    private static void AssertGeolocationIsHarmless(Run run)
    {
        Assert.Equal("locate", Claim(run, "geolocation", "scope"));
        Assert.Equal(["POST /orders: 401", "exchange for orders: invalid_target"], run.FirstOrder.Attempts);
    }

    private static string? Claim(Run run, string target, string name) =>
        run.FirstOrder.Hops.Single(hop => hop.To == target).Claims.GetProperty(name).GetString();
}
