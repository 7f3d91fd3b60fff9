using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Tokens that one service may hand on to another: who stands in <c>aud</c>, and what they may do with it.</summary>
public sealed class ReuseTests(SharingShop shop) : IClassFixture<SharingShop>
{
    [Fact]
    public async Task Issues_a_token_for_its_target_and_all_that_may_see_as_much()
    {
        var browsing = await shop.IssueAsync("web", shop.Login("r-alice", "browse", "NO"), "orders");

        Assert.Equal(["https://catalog.shop.example", "https://orders.shop.example", "https://stock.shop.example"], browsing.Audiences);
    }

    [Fact]
    public async Task Issues_a_token_for_its_target_alone_where_the_others_may_see_less()
    {
        var login = shop.Login("r-alice", "browse orders.place");

        Assert.Equal(["https://orders.shop.example"], (await shop.IssueAsync("web", login, "orders")).Audiences);
        Assert.Equal(3, (await shop.IssueAsync("web", login, "orders", scope: "browse")).Audiences.Length);
    }

    [Fact]
    public async Task Lets_every_service_in_aud_introspect_the_token_and_nobody_else()
    {
        var token = (await shop.IssueAsync("web", shop.Login("r-bob", "browse"), "orders")).Token;

        Assert.True(await shop.IsActiveAsync("orders", token));
        Assert.True(await shop.IsActiveAsync("catalog", token));
        Assert.True(await shop.IsActiveAsync("stock", token));
        Assert.True(await shop.IsActiveAsync("web", token));
        var alone = (await shop.IssueAsync("web", shop.Login("r-bob"), "orders")).Token;
        Assert.False(await shop.IsActiveAsync("catalog", alone));
    }

    [Fact]
    public async Task Lets_a_service_in_aud_exchange_the_token_that_it_was_handed()
    {
        var token = (await shop.IssueAsync("web", shop.Login("r-carol", "browse"), "orders")).Token;

        var onward = await shop.IssueAsync("stock", token, "reporting");

        Assert.Equal(("stock", "browse"), (onward.Text("client_id"), onward.Text("scope")));
        (await shop.ExchangeAsync("stock", (await shop.IssueAsync("web", shop.Login("r-carol"), "orders")).Token, "reporting"))
            .AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("stock", token, "catalog")).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Ends_what_came_of_a_token_that_was_handed_on_with_that_token()
    {
        var token = (await shop.IssueAsync("web", shop.Login("r-dave", "browse"), "orders")).Token;
        var onward = (await shop.IssueAsync("stock", token, "reporting")).Token;
        Assert.True(await shop.IsActiveAsync("stock", onward));

        await shop.RevokeAsync("web", token);

        Assert.False(await shop.IsActiveAsync("stock", onward));
        Assert.False(await shop.IsActiveAsync("catalog", token));
    }
}
