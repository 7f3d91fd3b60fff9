using ExchangeCluster.Silo.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Hosting;

public sealed class ExactRoutesTests
{
    [Theory]
    [InlineData("/oauth/token")]
    [InlineData("/oauth/token?a=b")]
    [InlineData("http://anything.example/oauth/token")]
    public async Task Accepts_the_exact_path(string target) => Assert.Equal(204, (await SendAsync("POST", target)).StatusCode);

    [Theory]
    [InlineData("//oauth/token")]
    [InlineData("/oauth//token")]
    [InlineData("/oauth/token/")]
    [InlineData("/OAuth/token")]
    [InlineData("/oauth%2ftoken")]
    [InlineData("/oauth/%74oken")]
    [InlineData("/oauth/../oauth/token")]
    [InlineData("/oauth/./token")]
    [InlineData("/oauth/token;x")]
    [InlineData("http://oauth/token")]
    [InlineData("http://anything.example")]
    [InlineData("*")]
    public async Task Fault_H18_Refuses_every_variant_of_the_path(string target) =>
        Assert.Equal(404, (await SendAsync("POST", target)).StatusCode);

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("post")]
    public async Task Fault_H1_Refuses_other_methods_and_names_the_right_one(string method)
    {
        var response = await SendAsync(method, "/oauth/token");
        Assert.Equal(405, response.StatusCode);
        Assert.Equal("POST", response.Headers.Allow);
    }

    private static async Task<HttpResponse> SendAsync(string method, string target)
    {
        var routes = new ExactRoutes().Post("/oauth/token", context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        context.Request.Method = method;
        await routes.HandleAsync(context);
        return context.Response;
    }
}
