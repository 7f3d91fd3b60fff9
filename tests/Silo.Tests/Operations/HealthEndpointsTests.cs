using System.Net;
using System.Text.Json;
using ExchangeCluster.Silo.Operations;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Operations;

public sealed class HealthEndpointsTests
{
    [Theory]
    [InlineData(HealthEndpoints.LivePath, "live")]
    [InlineData(HealthEndpoints.ReadyPath, "ready")]
    [InlineData(HealthEndpoints.StartedPath, "started")]
    public async Task Answers_on_the_management_listener_only(string path, string status)
    {
        await using var silo = await SiloFixture.StartAsync(SmallPolicy.Text, TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        using var body = JsonDocument.Parse(await http.GetStringAsync(new Uri(silo.ManagementUrl, path), TestContext.Current.CancellationToken));
        Assert.Equal(status, body.RootElement.GetProperty("status").GetString());

        // Fault H15: the Host header names the other listener, and changes nothing.
        using var spoofed = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.PublicUrl, path)) { Headers = { Host = silo.ManagementUrl.Authority } };
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(spoofed, TestContext.Current.CancellationToken)).StatusCode);
        using var token = new HttpRequestMessage(HttpMethod.Post, new Uri(silo.ManagementUrl, "/oauth/token")) { Headers = { Host = silo.PublicUrl.Authority } };
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(token, TestContext.Current.CancellationToken)).StatusCode);
    }
}
