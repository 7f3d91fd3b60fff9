using System.Net;
using System.Text.Json;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary><c>/sharing-plan</c>: a client's own plan, and no other client's.</summary>
public sealed class SharingPlanTests(SharingShop shop) : IClassFixture<SharingShop>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tells_a_client_its_own_edges_with_outcome_reason_and_closure()
    {
        using var response = await shop.GetPlanAsync("orders");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var plan = await ReadAsync(response);
        Assert.Equal("orders", plan.GetProperty(SharingPlanMembers.Client).GetString());
        var edge = plan.GetProperty(SharingPlanMembers.Edges)[0];
        Assert.Equal(
            """{"target":"catalog","audience":"https://catalog.shop.example","outcome":"reuse","reason":"catalog is in domain shop; a token that holds orders.place is exchanged","scopes":["browse"],"closure":["https://catalog.shop.example","https://stock.shop.example"]}""",
            edge.GetRawText());
        Assert.DoesNotContain("web", plan.GetRawText().Replace("web.shop", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_not_modified_for_the_version_of_the_policy_and_the_plan_for_the_next()
    {
        await using var own = new SharingShop();
        await own.InitializeAsync();
        using var first = await own.GetPlanAsync("orders");
        Assert.Equal("\"1\"", first.Headers.ETag?.Tag);
        Assert.Equal("no-cache, private", first.Headers.CacheControl?.ToString());
        Assert.Equal(["Authorization"], first.Headers.Vary);

        foreach (var known in new[] { "\"1\"", "W/\"1\"", "\"0\", \"1\"", "*" })
        {
            using var unchanged = await own.GetPlanAsync("orders", known);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
            Assert.Equal("\"1\"", unchanged.Headers.ETag?.Tag);
            Assert.Equal("no-cache, private", unchanged.Headers.CacheControl?.ToString());
            Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync(Cancelled));
        }

        await own.ChangePolicyAsync("claims: [country], share: reuse }\n  stock", "claims: [country] }\n  stock");
        using var second = await own.GetPlanAsync("orders", "\"1\"");
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("\"2\"", second.Headers.ETag?.Tag);
        Assert.Equal(2, (await ReadAsync(second)).GetProperty(SharingPlanMembers.PolicyRevision).GetInt64());
    }

    [Fact]
    public async Task Refuses_a_stranger_whatever_version_it_knows()
    {
        foreach (var (client, secret) in new[] { ((string?)null, (string?)null), ("orders", "wrong-secret-0123456789"), ("nobody", "secret-0123456789") })
        {
            using var response = await shop.GetPlanAsync(client, "*", secret);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
            Assert.Equal(ErrorCodes.InvalidClient, (await ReadAsync(response)).GetProperty(ParameterNames.Error).GetString());
        }
    }

    [Fact]
    public async Task Refuses_credentials_in_the_query()
    {
        using var response = await shop.GetPlanAsync(null, query: $"?client_id=orders&client_secret={ShopParties.SecretOf("orders")}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Answers_a_post_of_a_client_with_an_assertion_and_takes_the_assertion_once()
    {
        var form = new TokenForm();
        form.UseAssertion(shop.Parties.Assertion("reporting", shop.Issuer));

        using var first = await PostAsync(form);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var edge = (await ReadAsync(first)).GetProperty(SharingPlanMembers.Edges)[0];
        Assert.Equal(("audit", "exchange"), (edge.GetProperty("target").GetString(), edge.GetProperty("outcome").GetString()));
        using var second = await PostAsync(form);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
    }

    [Fact]
    public async Task Is_named_in_the_metadata() => Assert.Equal(
        shop.Issuer + "/sharing-plan",
        (await shop.Client.GetJsonAsync("/.well-known/oauth-authorization-server")).GetProperty("sharing_plan_endpoint").GetString());

    [Fact]
    public async Task Is_unavailable_while_the_silo_is_fenced()
    {
        await using var own = new SharingShop();
        await own.InitializeAsync();
        await own.Silo.Services.GetRequiredService<Replica>().StopAsync(Cancelled);

        using var response = await own.GetPlanAsync("orders", "\"1\"");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancelled));

    private Task<HttpResponseMessage> PostAsync(TokenForm form)
    {
        var request = form.ToRequest();
        request.RequestUri = new Uri("/sharing-plan", UriKind.Relative);
        return shop.Client.Http.SendAsync(request, Cancelled);
    }
}
