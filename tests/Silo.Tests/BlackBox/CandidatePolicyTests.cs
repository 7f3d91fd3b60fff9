using System.Net;
using System.Text.Json;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>A policy beside the live one, and policies that are published from afar.</summary>
public sealed class CandidatePolicyTests : IAsyncLifetime
{
    private RevocationShop shop = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => shop = await RevocationShop.StartAsync();

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    [Fact]
    public async Task Decides_beside_the_live_policy_and_acts_upon_nothing()
    {
        var login = shop.Login("before");
        await shop.ChainAsync(login);
        var candidate = RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision: 2, catalogFromOrders: ", when: { claims: { country: SE } }");
        using (var put = await shop.SendPolicyAsync(HttpMethod.Put, "/admin/policy/candidate", candidate))
        {
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        // Norwegians are refused by the candidate, and served.
        await shop.ChainAsync(shop.Login("after"));
        var found = await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Get, "/admin/policy/candidate"));
        Assert.Equal(1, found.GetProperty("newly_refused").GetInt64());
        Assert.Equal(0, found.GetProperty("newly_granted").GetInt64());
        var example = Assert.Single(found.GetProperty("examples").EnumerateArray());
        Assert.Equal("conditions_not_met", example.GetProperty("candidate").GetProperty("reason").GetString());
        Assert.Equal("catalog", example.GetProperty("question").GetProperty("target")[0].GetString());
        Assert.DoesNotContain("after", example.GetRawText(), StringComparison.Ordinal);

        // The past as well: both persons, whom the silo remembers.
        var replayed = await RevocationShop.ReadAsync(await shop.SendPolicyAsync(HttpMethod.Post, "/admin/policy/replay", candidate));
        Assert.Equal(2, replayed.GetProperty("newly_refused").GetInt64());

        await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Delete, "/admin/policy/candidate"));
        using var gone = await shop.AdminAsync(HttpMethod.Get, "/admin/policy/candidate");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Publishes_a_newer_policy_and_refuses_a_stale_or_broken_one()
    {
        var newer = await RevocationShop.ReadAsync(
            await shop.SendPolicyAsync(HttpMethod.Put, "/admin/policy", RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision: 2)));
        Assert.Equal("published", newer.GetProperty("outcome").GetString());
        var state = await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Get, "/admin/state"));
        Assert.Equal(2, state.GetProperty("policy_revision").GetInt64());

        foreach (var text in new[] { RevocationShopPolicy.Text(shop.Issuer, shop.Parties), "revision: [" })
        {
            using var refused = await shop.SendPolicyAsync(HttpMethod.Put, "/admin/policy", text);
            var body = JsonElement.Parse(await refused.Content.ReadAsStringAsync(Cancelled));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.NotEqual(0, body.GetProperty("mistakes").GetArrayLength());
        }
    }

    [Fact]
    public async Task Lists_silos_and_keys()
    {
        var silo = Assert.Single((await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Get, "/admin/silos"))).GetProperty("silos").EnumerateArray());
        Assert.True(silo.GetProperty("answers_you").GetBoolean());
        Assert.Equal("active", silo.GetProperty("status").GetString());

        var keys = (await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Get, "/admin/keys"))).GetProperty("keys").EnumerateArray().ToArray();
        Assert.Equal(2, keys.Count(key => key.GetProperty("signs_now").GetBoolean()));
        Assert.All(keys, key => Assert.Equal(5, key.GetPropertyCount()));
    }
}
