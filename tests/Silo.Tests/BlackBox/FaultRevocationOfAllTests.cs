using System.Net;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group R, where it hits more than one person: each test has a silo of its own.</summary>
public sealed class FaultRevocationOfAllTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fault_R8_Refuses_a_blocked_issuer_at_once_cached_answers_included()
    {
        await using var shop = await RevocationShop.StartAsync();
        var login = shop.Login("r8", partner: true);
        var issued = await shop.IssueCachedAsync("web", login, "orders");

        await shop.AdminRevokeAsync(new JsonObject { ["issuer"] = shop.Parties.Partner.Issuer, ["block"] = true });

        (await shop.ExchangeAsync("web", login, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("orders", issued.Token, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.False(await shop.IsActiveAsync("orders", issued.Token));
        await shop.IssueAsync("web", shop.Login("r8"), "orders");
    }

    [Fact]
    public async Task Fault_R9_Refuses_a_blocked_client_and_a_blocked_edge_at_once()
    {
        await using var shop = await RevocationShop.StartAsync();
        var (mobile, web) = (shop.Login("r9", forClient: "mobile"), shop.Login("r9"));
        var chain = await shop.ChainAsync(mobile, "mobile");
        await shop.IssueAsync("web", web, "orders");

        await shop.AdminRevokeAsync(new JsonObject { ["client"] = "mobile", ["block"] = true });

        (await shop.ExchangeAsync("mobile", mobile, "orders")).AssertRefused(ErrorCodes.InvalidClient);
        using (var asked = await shop.AskAsync("mobile", chain[1]))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        }

        (await shop.ExchangeAsync("orders", chain[1], "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.False(await shop.IsActiveAsync("catalog", chain[3]));

        var admin = await shop.AdminTokenAsync();
        await shop.AdminRevokeAsync(new JsonObject { ["edge"] = new JsonObject { ["from"] = "web", ["to"] = "orders" }, ["block"] = true }, admin);
        (await shop.ExchangeAsync("web", web, "orders")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.ExchangeAsync("web", shop.Login("r9-new"), "orders")).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Fault_R9_R13_Follows_a_tightened_policy_with_the_next_answer()
    {
        await using var shop = await RevocationShop.StartAsync();
        var login = shop.Login("r13");
        var atOrders = await shop.IssueAsync("web", login, "orders");
        await shop.IssueAsync("orders", atOrders.Token, "catalog");

        await shop.Silo.PublishAsync(RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision: 2, catalogFromOrders: ", when: { claims: { country: SE } }"));
        (await shop.ExchangeAsync("orders", atOrders.Token, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);

        var withoutOrders = RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision: 3)
            .Replace("from: [web, mobile]", "from: [mobile]", StringComparison.Ordinal);
        await shop.Silo.PublishAsync(withoutOrders);
        (await shop.ExchangeAsync("web", login, "orders")).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Fault_R11_A_withdrawn_signing_key_ends_what_it_signed_and_is_published_no_more()
    {
        await using var shop = await RevocationShop.StartAsync();
        var login = shop.Login("r11");
        var signed = await shop.IssueCachedAsync("web", login, "orders");
        var child = await shop.IssueAsync("orders", signed.Token, "catalog");
        var withdrawn = signed.Header.GetProperty("kid").GetString()!;
        var published = await KeyIdsAsync(shop);
        Assert.Contains(withdrawn, published);
        using (var stranger = await shop.AdminAsync(HttpMethod.Delete, "/admin/keys/" + withdrawn, withToken: false))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        }

        var admin = await shop.AdminTokenAsync();
        var receipt = await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Delete, "/admin/keys/" + withdrawn, token: admin));

        Assert.Equal(1, receipt.GetProperty("silos_confirmed").GetInt32());
        Assert.False(await shop.IsActiveAsync("orders", signed.Token));
        Assert.False(await shop.IsActiveAsync("catalog", child.Token));
        (await shop.ExchangeAsync("orders", signed.Token, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.DoesNotContain(withdrawn, await KeyIdsAsync(shop));

        // What signs now was published before, so that whoever caches our keys knows it already.
        var anew = await shop.IssueAsync("web", login, "orders");
        Assert.NotEqual(withdrawn, anew.Header.GetProperty("kid").GetString());
        Assert.Contains(anew.Header.GetProperty("kid").GetString(), published);
        using var again = await shop.AdminAsync(HttpMethod.Delete, "/admin/keys/" + withdrawn);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);

        await shop.Silo.RestartAsync(Cancelled);
        Assert.False(await shop.IsActiveAsync("orders", signed.Token));
        Assert.DoesNotContain(withdrawn, await KeyIdsAsync(shop));
    }

    private static async Task<string?[]> KeyIdsAsync(RevocationShop shop) =>
        [.. (await shop.Client.GetJsonAsync("/.well-known/jwks.json")).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString())];

    [Fact]
    public async Task Fault_R13_A_narrowed_edge_revokes_what_was_minted_under_it_and_no_more()
    {
        await using var shop = await RevocationShop.StartAsync();
        var chain = await shop.ChainAsync(shop.Login("narrowed"));
        var beside = await shop.IssueAsync("web", shop.Login("beside"), "auditor");

        // An edge more revokes nothing; a condition more on orders → catalog ends what passed there, and what came of it.
        var wider = RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision: 2)
            .Replace("from: catalog,", "from: [catalog, orders],", StringComparison.Ordinal);
        await shop.Silo.PublishAsync(wider);
        Assert.True(await shop.IsActiveAsync("catalog", chain[2]));
        await shop.Silo.PublishAsync(RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision: 3, catalogFromOrders: ", when: { claims: { country: NO } }"));

        Assert.True(await shop.IsActiveAsync("orders", chain[1]));
        Assert.False(await shop.IsActiveAsync("catalog", chain[2]));
        Assert.False(await shop.IsActiveAsync("catalog", chain[3]));
        Assert.True(await shop.IsActiveAsync("auditor", beside.Token));
        (await shop.ExchangeAsync("catalog", chain[2], "stock")).AssertRefused(ErrorCodes.InvalidRequest);
        var anew = await shop.IssueAsync("orders", chain[1], "catalog");
        await shop.IssueAsync("catalog", anew.Token, "stock");

        // Neither a restart nor the old rule brings back what was revoked.
        await shop.Silo.RestartAsync(Cancelled);
        await shop.Silo.PublishAsync(RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision: 4));
        (await shop.ExchangeAsync("catalog", chain[2], "stock")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_R12_The_strictest_of_subject_client_issuer_and_everything_wins()
    {
        await using var shop = await RevocationShop.StartAsync();
        JsonObject[] notBefore =
        [
            shop.SubjectBody("r12-0"), new JsonObject { ["client"] = "mobile" },
            new JsonObject { ["issuer"] = shop.Parties.Login.Issuer }, new JsonObject { ["all"] = true },
        ];
        for (var index = 0; index < notBefore.Length; index++)
        {
            // All the earlier ones are there already, and don't cover what is issued now.
            var (client, isPartner) = index < 3 ? ("mobile", false) : ("web", true);
            var issued = await shop.IssueAsync(client, shop.Login($"r12-{index}", forClient: client, partner: isPartner), "orders");
            await shop.IssueAsync("orders", issued.Token, "catalog");
            var other = await shop.IssueAsync("web", shop.Login("r12-other", partner: true), "orders");
            var admin = shop.Parties.SubjectToken(shop.Parties.Partner, subject: "root", scope: "exchange.admin");

            await shop.AdminRevokeAsync(notBefore[index], (await shop.IssueAsync("web", admin, "sts")).Token);

            (await shop.ExchangeAsync("orders", issued.Token, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
            Assert.False(await shop.IsActiveAsync("orders", issued.Token));
            Assert.Equal(!notBefore[index].ContainsKey("all"), await shop.IsActiveAsync("orders", other.Token));
        }
    }

    [Fact]
    public async Task Fault_F8_Keeps_revocations_and_blocks_over_a_restart()
    {
        await using var shop = await RevocationShop.StartAsync();
        var chain = await shop.ChainAsync(shop.Login("restarted"));
        var blocked = shop.Login("blocked");
        var alive = shop.Login("alive");
        await shop.AdminRevokeAsync(shop.SubjectBody("restarted"));
        await shop.AdminRevokeAsync(shop.SubjectBody("blocked", block: true));
        var listed = (await shop.ListAsync()).GetRawText();

        await shop.Silo.RestartAsync(Cancelled);

        (await shop.ExchangeAsync("web", chain[0], "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("orders", chain[1], "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.False(await shop.IsActiveAsync("catalog", chain[3]));
        (await shop.ExchangeAsync("web", blocked, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        await shop.IssueAsync("web", alive, "orders");
        Assert.Equal(listed, (await shop.ListAsync()).GetRawText());
    }
}
