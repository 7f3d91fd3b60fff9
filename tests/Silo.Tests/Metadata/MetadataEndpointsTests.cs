using System.Net;
using System.Text.Json;
using ExchangeCluster.Silo.Metadata;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Metadata;

public sealed class MetadataEndpointsTests
{
    [Theory]
    [InlineData(MetadataEndpoints.AuthorizationServerPath)]
    [InlineData(MetadataEndpoints.OpenIdPath)]
    public async Task Fault_H15_Names_urls_of_the_policys_issuer_whatever_the_request_says(string path)
    {
        await using var silo = await SiloFixture.StartAsync(_ => SmallPolicy.Text("https://sts.shop.example"), TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.PublicUrl, path)) { Headers = { Host = "evil.example" } };
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("Forwarded", "host=evil.example");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("https://sts.shop.example", body.RootElement.GetProperty("issuer").GetString());
        Assert.Equal("https://sts.shop.example/oauth/token", body.RootElement.GetProperty("token_endpoint").GetString());
        Assert.Equal("https://sts.shop.example/.well-known/jwks.json", body.RootElement.GetProperty("jwks_uri").GetString());
    }

    [Fact]
    public async Task Publishes_public_keys_only_and_the_same_ones_after_a_restart()
    {
        await using var silo = await SiloFixture.StartAsync(SmallPolicy.Text, TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var before = await http.GetAsync(new Uri(silo.PublicUrl, MetadataEndpoints.JwksPath), TestContext.Current.CancellationToken);
        var jwks = await before.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("public, max-age=300", before.Headers.CacheControl?.ToString());
        using var body = JsonDocument.Parse(jwks);
        Assert.All(body.RootElement.GetProperty("keys").EnumerateArray(), key => Assert.False(key.TryGetProperty("d", out _)));
        Assert.NotEmpty(body.RootElement.GetProperty("keys").EnumerateArray());

        await silo.RestartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(jwks, await http.GetStringAsync(new Uri(silo.PublicUrl, MetadataEndpoints.JwksPath), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Refuses_to_post_metadata_and_answers_head()
    {
        await using var silo = await SiloFixture.StartAsync(SmallPolicy.Text, TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var jwks = new Uri(silo.PublicUrl, MetadataEndpoints.JwksPath);
        using var post = await http.PostAsync(jwks, content: null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, jwks), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }
}
