using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Embedded tokens end with what they came of, and old tokens serve under a newer policy.</summary>
public sealed class EmbeddingLifeTests(EmbeddingShop shop) : IClassFixture<EmbeddingShop>
{
    [Fact]
    public async Task Ends_all_levels_with_the_token_that_carries_them()
    {
        var token = await shop.IssueAsync("l-alice");
        var located = (await shop.TakeOutAsync(token))["geolocation"];
        var mapped = (await shop.TakeOutAsync(located))["maps"];
        Assert.True(await shop.LivesAsync(located));
        Assert.True(await shop.Sharing.IsActiveAsync("maps", mapped.Token));

        await shop.Sharing.RevokeAsync("web", token.Token);

        Assert.False(await shop.LivesAsync(located));
        Assert.False(await shop.Sharing.IsActiveAsync("maps", mapped.Token));
    }

    [Fact]
    public async Task Ends_them_with_the_subject()
    {
        var located = (await shop.TakeOutAsync(await shop.IssueAsync("l-bob")))["geolocation"];
        var others = (await shop.TakeOutAsync(await shop.IssueAsync("l-bobby")))["geolocation"];

        await shop.RevokeAsync(new JsonObject
        {
            ["subjects"] = new JsonArray(new JsonObject { ["iss"] = shop.Sharing.Parties.Login.Issuer, ["sub"] = "l-bob" }),
        });

        Assert.False(await shop.LivesAsync(located));
        Assert.True(await shop.LivesAsync(others));
    }

    [Fact]
    public async Task Ends_them_with_the_session()
    {
        var login = shop.Sharing.Parties.SubjectToken(subject: "l-carol", claims: claims => claims["sid"] = "session-of-carol");
        var located = (await shop.TakeOutAsync(await shop.Sharing.IssueAsync("web", login, "orders")))["geolocation"];
        Assert.True(await shop.LivesAsync(located));

        await shop.RevokeAsync(new JsonObject { ["session"] = new JsonObject { ["iss"] = shop.Sharing.Parties.Login.Issuer, ["sid"] = "session-of-carol" } });

        Assert.False(await shop.LivesAsync(located));
    }

    [Fact]
    public async Task Answers_afresh_once_a_token_within_was_revoked_alone()
    {
        var login = shop.Sharing.Login("l-dave");
        var token = await shop.IssueCachedAsync(login);
        var located = (await shop.TakeOutAsync(token))["geolocation"];

        await shop.Sharing.RevokeAsync("orders", located.Token);

        Assert.False(await shop.LivesAsync(located));
        Assert.True(await shop.Sharing.IsActiveAsync("orders", token.Token));
        var fresh = await shop.Sharing.IssueAsync("web", login, "orders");
        Assert.NotEqual(token.Token, fresh.Token);
        Assert.True(await shop.LivesAsync((await shop.TakeOutAsync(fresh))["geolocation"]));
    }

    [Fact]
    public async Task Answers_without_the_token_of_an_edge_that_was_blocked()
    {
        await using var own = await EmbeddingShop.StartAsync();
        var login = own.Sharing.Login("l-erin");
        var token = await own.IssueCachedAsync(login);
        Assert.Equal(["geolocation", "payment"], (await own.TakeOutAsync(token)).Keys);

        await own.RevokeAsync(new JsonObject { ["edge"] = new JsonObject { ["from"] = "orders", ["to"] = "geolocation" }, ["block"] = true });

        Assert.Equal(["payment"], (await own.TakeOutAsync(await own.Sharing.IssueAsync("web", login, "orders"))).Keys);
        Assert.False(await own.LivesAsync((await own.TakeOutAsync(token))["geolocation"]));
        Assert.True(await own.Sharing.IsActiveAsync("orders", token.Token));
    }

    [Fact]
    public async Task Serves_old_tokens_when_a_dependency_is_added_and_exchanges_what_they_lack()
    {
        await using var own = await EmbeddingShop.StartAsync(absent: EmbeddingShopPolicy.Payment);
        var login = own.Sharing.Login("l-frank");
        var old = await own.IssueCachedAsync(login);
        var carried = await own.TakeOutAsync(old);
        Assert.Equal(["geolocation"], carried.Keys);
        (await own.Sharing.ExchangeAsync("orders", old.Token, "payment")).AssertRefused(ErrorCodes.InvalidTarget);

        await own.Sharing.ChangePolicyAsync("accepts: []", $"accepts: [{EmbeddingShopPolicy.Payment}]");

        Assert.True(await own.Sharing.IsActiveAsync("orders", old.Token));
        Assert.True(await own.LivesAsync(carried["geolocation"]));
        Assert.Equal("orders.place", (await own.Sharing.IssueAsync("orders", old.Token, "payment")).Text("scope"));
        Assert.Equal(["geolocation", "payment"], (await own.TakeOutAsync(await own.Sharing.IssueAsync("web", login, "orders"))).Keys);
    }

    [Fact]
    public async Task Withdraws_what_is_embedded_with_its_edge_and_not_what_carries_it()
    {
        await using var own = await EmbeddingShop.StartAsync();
        var login = own.Sharing.Login("l-grace", country: "NO");
        var old = await own.IssueCachedAsync(login);
        var carried = await own.TakeOutAsync(old);
        Assert.True(await own.LivesAsync(carried["geolocation"]));

        await own.Sharing.ChangePolicyAsync("elevate: { locate: orders.place }, claims: [country]", "elevate: { locate: orders.place }");

        Assert.False(await own.LivesAsync(carried["geolocation"]));
        Assert.False(await own.Sharing.IsActiveAsync("maps", (await own.TakeOutAsync(carried["geolocation"]))["maps"].Token));
        Assert.True(await own.Sharing.IsActiveAsync("payment", carried["payment"].Token));
        Assert.True(await own.Sharing.IsActiveAsync("orders", old.Token));
        var fresh = (await own.TakeOutAsync(await own.Sharing.IssueAsync("web", login, "orders")))["geolocation"];
        Assert.False(fresh.Has("country"));
        Assert.True(await own.LivesAsync(fresh));
    }
}
