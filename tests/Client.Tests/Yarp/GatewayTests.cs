using System.Net;
using ExchangeCluster.Client.Tests.Http;
using ExchangeCluster.Client.Yarp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace ExchangeCluster.Client.Tests.Yarp;

/// <summary>A gateway between its callers and two services, one of which has a target.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private readonly HttpClient http = new();
    private Upstream tokens = null!;
    private Upstream target = null!;
    private WebApplication gateway = null!;

    public async ValueTask InitializeAsync()
    {
        (tokens, target) = (await Upstream.StartAsync(), await Upstream.StartAsync());
        tokens.Answer = (_, context) => AnswerAsync(context, Issued());
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddTokenExchange(options =>
        {
            options.Issuer = tokens.Address;
            (options.ClientId, options.ClientSecret) = ("gateway", "s");
        });
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [Route("credit", "credit"), Route("plain", target: null)],
                [new ClusterConfig { ClusterId = "one", Destinations = new Dictionary<string, DestinationConfig> { ["a"] = new() { Address = target.Address.AbsoluteUri } } }])
            .AddTokenExchangeTransform();
        gateway = builder.Build();
        gateway.MapReverseProxy();
        await gateway.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await gateway.DisposeAsync();
        await tokens.DisposeAsync();
        await target.DisposeAsync();
    }

    [Fact]
    public async Task Replaces_the_token_for_a_route_with_a_target()
    {
        using var response = await CallAsync("/credit/rate", "Bearer incoming");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var call = Assert.Single(target.Calls);
        Assert.Equal(("Bearer issued-1", "/credit/rate", "body"), (call.Header("Authorization"), call.Path, call.Body));
        Assert.Equal("incoming", Exchange().Parameter("subject_token"));
        Assert.Equal("credit", Exchange().Parameter("audience"));
    }

    [Fact]
    public async Task Leaves_other_routes_alone()
    {
        using var response = await CallAsync("/plain/x", "Bearer incoming");
        Assert.Equal("Bearer incoming", Assert.Single(target.Calls).Header("Authorization"));
        Assert.Empty(tokens.Calls);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic Z2F0ZXdheTpz")]
    public async Task Refuses_a_request_without_token(string? authorization)
    {
        using var response = await CallAsync("/credit/rate", authorization);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Empty(target.Calls);
    }

    [Theory]
    [InlineData("""{"error":"invalid_request"}""", 401, "Bearer error=\"invalid_token\"")]
    [InlineData("""{"error":"invalid_target"}""", 403, "Bearer error=\"insufficient_scope\"")]
    [InlineData("""{"error":"invalid_client"}""", 502, "")]
    [InlineData("""{"error":"insufficient_user_authentication","acr_values":"gold","max_age":60}""", 401,
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"gold\", max_age=60")]
    [InlineData("rubbish", 503, "")]
    public async Task Answers_a_refusal_itself(string answer, int status, string challenge)
    {
        tokens.Answer = (_, context) =>
        {
            context.Response.StatusCode = 400;
            return AnswerAsync(context, answer);
        };
        using var response = await CallAsync("/credit/rate", "Bearer incoming");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(challenge, response.Headers.WwwAuthenticate.ToString());
        Assert.Empty(target.Calls);
    }

    [Fact]
    public async Task Takes_a_new_token_after_a_401()
    {
        target.Answer = (_, context) =>
        {
            context.Response.StatusCode = context.Request.Headers.Authorization == "Bearer issued-1" ? 401 : 200;
            return Task.CompletedTask;
        };
        using (var refused = await CallAsync("/credit/rate", "Bearer incoming"))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var response = await CallAsync("/credit/rate", "Bearer incoming");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer issued-1", "Bearer issued-2"], target.Calls.Select(call => call.Header("Authorization")));
    }

    private static RouteConfig Route(string name, string? target) => new()
    {
        RouteId = name,
        ClusterId = "one",
        Match = new RouteMatch { Path = $"/{name}/{{**rest}}" },
        Metadata = target is null ? null : new Dictionary<string, string> { [ProxyTokenExchange.TargetKey] = target },
    };

    private static Task AnswerAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    private Upstream.Call Exchange() => tokens.Calls.First(call => call.Path == "/oauth/token");

    private string Issued() =>
        $$"""{"access_token":"issued-{{tokens.Calls.Count(call => call.Path == "/oauth/token")}}","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":60,"scope":"read"}""";

    private async Task<HttpResponseMessage> CallAsync(string path, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(gateway.Urls.Single()), path)) { Content = new StringContent("body") };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
