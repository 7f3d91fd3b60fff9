using System.Net;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group R: what is revoked stays dead, and nothing else dies with it.</summary>
[Collection<RevocationShopCollection>]
public sealed class FaultRevocationTests(RevocationShop shop)
{
    [Fact]
    public async Task Fault_R1_Issues_and_confirms_nothing_after_the_acknowledgement()
    {
        var chain = await shop.ChainAsync(shop.Login("r1"));

        var receipt = await shop.AdminRevokeAsync(shop.SubjectBody("r1"));

        Assert.Equal(1, receipt.GetProperty("silos_confirmed").GetInt32());
        Assert.Equal(0, receipt.GetProperty("silos_fenced").GetInt32());
        Assert.True(receipt.GetProperty("epoch").GetInt64() > 0);
        Assert.True(receipt.GetProperty("milliseconds").GetInt64() >= 0);
        Assert.NotEmpty(receipt.GetProperty("ids").EnumerateArray());
        await AssertDeadAsync(chain);
    }

    [Theory]
    [InlineData("not.a.token")]
    [InlineData("%%%")]
    [InlineData("a")]
    public async Task Fault_R3_Accepts_the_revocation_of_junk(string junk)
    {
        using var response = await shop.RevokeAsync("web", junk);

        await AssertEmptyAsync(response);
    }

    [Fact]
    public async Task Fault_R3_Accepts_the_revocation_of_a_foreign_token_and_does_nothing()
    {
        var login = shop.Login("r3");

        using var response = await shop.RevokeAsync("web", login);

        await AssertEmptyAsync(response);
        await shop.IssueAsync("web", login, "orders");
    }

    [Fact]
    public async Task Fault_R4_Refuses_to_revoke_another_clients_token_which_lives()
    {
        var atOrders = await shop.IssueAsync("web", shop.Login("r4"), "orders");

        using var response = await shop.RevokeAsync("orders", atOrders.Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(ErrorCodes.InvalidGrant, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(await shop.IsActiveAsync("orders", atOrders.Token));
        await shop.IssueAsync("orders", atOrders.Token, "catalog");
    }

    [Fact]
    public async Task Fault_R5_Revoking_a_token_kills_its_descendants_and_not_its_ancestor()
    {
        var login = shop.Login("r5");
        var chain = await shop.ChainAsync(login);
        var sibling = await shop.IssueAsync("web", shop.Login("r5"), "orders");

        using var response = await shop.RevokeAsync("web", chain[1]);

        await AssertEmptyAsync(response);
        Assert.False(await shop.IsActiveAsync("web", chain[1]));
        Assert.False(await shop.IsActiveAsync("orders", chain[2]));
        Assert.False(await shop.IsActiveAsync("catalog", chain[3]));
        (await shop.ExchangeAsync("orders", chain[1], "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("catalog", chain[2], "stock")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.True(await shop.IsActiveAsync("orders", sibling.Token));

        // The answer that was cached for the login is the revoked token: it isn't given again.
        Assert.NotEqual(chain[1], (await shop.IssueAsync("web", login, "orders")).Token);
    }

    [Fact]
    public async Task Fault_R7_Refuses_a_blocked_subject_until_it_is_unblocked()
    {
        var before = await shop.ChainAsync(shop.Login("r7"));
        var receipt = await shop.AdminRevokeAsync(shop.SubjectBody("r7", block: true));

        await AssertDeadAsync(before);
        var later = shop.Login("r7", issuedAt: ShopParties.Now.AddSeconds(29));
        (await shop.ExchangeAsync("web", later, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        await shop.IssueAsync("web", shop.Login("r7-other"), "orders");

        // R14: once unblocked, what was issued before stays dead.
        await shop.LiftAsync(receipt.GetProperty("ids")[0].GetString()!);
        await AssertDeadAsync(before);
        (await shop.ExchangeAsync("web", later, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_R14_Lifting_a_cut_off_takes_it_back()
    {
        var chain = await shop.ChainAsync(shop.Login("r14"));
        var receipt = await shop.AdminRevokeAsync(shop.SubjectBody("r14"));
        await AssertDeadAsync(chain);

        var lifted = await shop.LiftAsync(receipt.GetProperty("ids")[0].GetString()!);

        Assert.True(lifted.GetProperty("epoch").GetInt64() > receipt.GetProperty("epoch").GetInt64());
        Assert.True(await shop.IsActiveAsync("orders", chain[1]));
        await shop.IssueAsync("orders", chain[1], "catalog");
    }

    [Fact]
    public async Task Revokes_one_person_under_several_names_at_once()
    {
        var (own, foreign) = (await shop.ChainAsync(shop.Login("two-names")), shop.Login("zwei-namen", partner: true));
        var chain = await shop.ChainAsync(foreign);

        var receipt = await shop.AdminRevokeAsync(new JsonObject
        {
            ["subjects"] = new JsonArray(
                new JsonObject { ["iss"] = shop.Parties.Login.Issuer, ["sub"] = "two-names" },
                new JsonObject { ["iss"] = shop.Parties.Partner.Issuer, ["sub"] = "zwei-namen" }),
        });

        Assert.Equal(2, receipt.GetProperty("ids").GetArrayLength());
        await AssertDeadAsync(own);
        await AssertDeadAsync(chain);
        await shop.IssueAsync("web", shop.Login("two-names", partner: true), "orders");
    }

    [Fact]
    public async Task Revokes_one_session_and_leaves_the_persons_others()
    {
        var ended = await shop.ChainAsync(shop.Login("sessions", "s-1"));
        var other = await shop.ChainAsync(shop.Login("sessions", "s-2"));

        await shop.AdminRevokeAsync(new JsonObject { ["session"] = new JsonObject { ["iss"] = shop.Parties.Login.Issuer, ["sid"] = "s-1" } });

        await AssertDeadAsync(ended);
        Assert.True(await shop.IsActiveAsync("orders", other[1]));
        await shop.IssueAsync("catalog", other[2], "stock");
    }

    [Fact]
    public async Task Revokes_a_login_token_with_everything_that_came_of_it()
    {
        var login = shop.Login("by-token");
        var chain = await shop.ChainAsync(login);
        var sameSubject = shop.Login("by-token");

        await shop.AdminRevokeAsync(new JsonObject { ["token"] = login });

        await AssertDeadAsync(chain);
        await shop.IssueAsync("web", sameSubject, "orders");
    }

    [Fact]
    public async Task Keeps_serving_a_cached_token_that_a_revocation_does_not_cover()
    {
        var login = shop.Login("unrelated");
        var before = await shop.IssueCachedAsync("web", login, "orders");

        await shop.AdminRevokeAsync(shop.SubjectBody("somebody-else"));

        Assert.Equal(before.Token, (await shop.IssueAsync("web", login, "orders")).Token);
    }

    /// <summary>Of a chain of four: none may be exchanged, and none of ours is active.</summary>
    private async Task AssertDeadAsync(string[] chain)
    {
        (await shop.ExchangeAsync("web", chain[0], "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("orders", chain[1], "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("catalog", chain[2], "stock")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.False(await shop.IsActiveAsync("orders", chain[1]));
        Assert.False(await shop.IsActiveAsync("orders", chain[2]));
        Assert.False(await shop.IsActiveAsync("catalog", chain[3]));
    }

    private static async Task AssertEmptyAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["no-store"], response.Headers.GetValues("Cache-Control"));
        Assert.Empty(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
