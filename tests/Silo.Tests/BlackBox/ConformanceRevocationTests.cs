using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Items 34, 37, 71 and 72: what revocation means to an exchange.</summary>
[Collection<RevocationShopCollection>]
public sealed class ConformanceRevocationTests(RevocationShop shop)
{
    [Fact]
    public async Task Conformance_34_Refuses_a_revoked_subject_token()
    {
        var atOrders = await shop.IssueAsync("web", shop.Login("c34"), "orders");
        using (await shop.RevokeAsync("web", atOrders.Token))
        {
            (await shop.ExchangeAsync("orders", atOrders.Token, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        }
    }

    [Fact]
    public async Task Conformance_37_Leaves_the_subject_token_valid_after_exchanges()
    {
        var atOrders = await shop.IssueAsync("web", shop.Login("c37"), "orders");

        await shop.IssueAsync("orders", atOrders.Token, "catalog");
        await shop.IssueAsync("orders", atOrders.Token, "catalog");

        Assert.True(await shop.IsActiveAsync("orders", atOrders.Token));
    }

    [Fact]
    public async Task Conformance_71_Revoking_the_subject_kills_every_descendant_cached_answers_included()
    {
        var login = shop.Login("c71");
        var chain = await shop.ChainAsync(login);
        Assert.Equal(chain[1], (await shop.IssueAsync("web", login, "orders")).Token);

        await shop.AdminRevokeAsync(shop.SubjectBody("c71"));

        (await shop.ExchangeAsync("web", login, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.False(await shop.IsActiveAsync("orders", chain[1]));
        Assert.False(await shop.IsActiveAsync("orders", chain[2]));
        Assert.False(await shop.IsActiveAsync("catalog", chain[3]));
    }

    [Fact]
    public async Task Conformance_72_A_revoked_ancestor_blocks_the_exchange_of_every_descendant()
    {
        var chain = await shop.ChainAsync(shop.Login("c72"));

        await shop.AdminRevokeAsync(new System.Text.Json.Nodes.JsonObject { ["token"] = chain[1] });

        (await shop.ExchangeAsync("orders", chain[1], "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("catalog", chain[2], "stock")).AssertRefused(ErrorCodes.InvalidRequest);
        await shop.IssueAsync("web", chain[0], "orders");
    }
}
