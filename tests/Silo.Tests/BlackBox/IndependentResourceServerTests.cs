using System.Net;
using System.Net.Http.Headers;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// A resource server with the stock JwtBearer handler that knows nothing of us but the issuer URL: it finds the keys by
/// discovery.
/// </summary>
[Collection<ShopCollection>]
public sealed class IndependentResourceServerTests(Shop shop)
{
    [Theory]
    [InlineData("orders", "https://orders.shop.example")]
    [InlineData("legacy", "https://legacy.shop.example/api?version=1")]
    public async Task Accepts_an_issued_token_at_its_audience(string target, string audience)
    {
        var jwt = await shop.IssueAsync(audience: target);
        await using var server = await StartAsync(audience);

        var response = await GetAsync(server, jwt.Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("alice", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Refuses_an_issued_token_at_another_audience_and_anyone_elses_token()
    {
        var jwt = await shop.IssueAsync(audience: "orders");
        await using var catalog = await StartAsync("https://catalog.shop.example");
        await using var web = await StartAsync("https://web.shop.example");

        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(catalog, jwt.Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(web, shop.Parties.SubjectToken())).StatusCode);
    }

    private static async Task<HttpResponseMessage> GetAsync(WebApplication server, string token)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.GetAsync("/", TestContext.Current.CancellationToken);
    }

    private async Task<WebApplication> StartAsync(string audience)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAuthorization().AddAuthentication("Bearer").AddJwtBearer(options =>
        {
            options.Authority = shop.Issuer;
            options.Audience = audience;
            options.RequireHttpsMetadata = false;
            options.MapInboundClaims = false;
        });
        var server = builder.Build();
        server.MapGet("/", (HttpContext context) => context.User.FindFirst("sub")?.Value).RequireAuthorization();
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }
}
