using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Demo;

public sealed class DemoTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("exchange-cluster-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Exchanges_for_a_demo_user_and_goes_on_after_a_restart_on_other_ports()
    {
        string first;
        long revision;
        await using (var app = await StartAsync())
        {
            first = await LoginAsync(app);
            Assert.Equal("browse orders.place", (await ExchangeAsync(app, "web", "orders", first)).GetProperty("scope").GetString());
            revision = Revision(app);
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        await using (var app = await StartAsync())
        {
            Assert.Equal(revision + 1, Revision(app));
            Assert.True((await ExchangeAsync(app, "web", "orders", await LoginAsync(app))).TryGetProperty("access_token", out _));
            await app.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Exchanges_along_the_shop_and_refuses_what_its_rules_forbid()
    {
        await using var app = await StartAsync();
        var orders = (await ExchangeAsync(app, "web", "orders", await LoginAsync(app))).GetProperty("access_token").GetString()!;
        Assert.Equal("rating.read", (await ExchangeAsync(app, "orders", "credit-rating", orders)).GetProperty("scope").GetString());
        Assert.Equal("locate", (await ExchangeAsync(app, "orders", "geolocation", orders)).GetProperty("scope").GetString());
        Assert.Equal("invalid_target", (await ExchangeAsync(app, "web", "geolocation", orders)).GetProperty("error").GetString());

        var bob = (await ExchangeAsync(app, "web", "orders", await LoginAsync(app, "bob"))).GetProperty("access_token").GetString()!;
        Assert.Equal("invalid_request", (await ExchangeAsync(app, "orders", "credit-rating", bob)).GetProperty("error").GetString());
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Refuses_to_log_in_anyone_else()
    {
        await using var app = await StartAsync();
        using var http = new HttpClient();
        using var response = await http.PostAsync(
            new Uri(LoginUrl(app)), new FormUrlEncodedContent([new("user", "mallory")]), TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private async Task<WebApplication> StartAsync()
    {
        string[] args =
        [
            "--environment=Development", "--urls=http://127.0.0.1:0", "--ExchangeCluster:ManagementUrl=http://127.0.0.1:0",
            "--ExchangeCluster:DemoLoginUrl=http://127.0.0.1:0", "--ExchangeCluster:SiloPort=0", "--ExchangeCluster:GatewayPort=0",
            $"--ExchangeCluster:DataDirectory={directory}",
        ];
        var app = SiloHost.Build(args, builder => builder.Logging.ClearProviders());
        await app.StartAsync(TestContext.Current.CancellationToken);
        var readiness = app.Services.GetRequiredService<Readiness>();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!readiness.Report().IsReady)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, timeout.Token);
        }

        return app;
    }

    private static string LoginUrl(WebApplication app) => app.Services.GetRequiredService<SiloSettings>().DemoLoginUrl + "/login";

    private static long Revision(WebApplication app) => app.Services.GetRequiredService<IClusterState>().Current!.Policy.Revision;

    private static async Task<string> LoginAsync(WebApplication app, string user = "alice")
    {
        using var http = new HttpClient();
        using var response = await http.PostAsync(new Uri(LoginUrl(app)), new FormUrlEncodedContent([new("user", user)]), TestContext.Current.CancellationToken);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> ExchangeAsync(WebApplication app, string client, string audience, string subjectToken)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:demo-secret-of-{client}")));
        using var response = await http.PostAsync(
            new Uri(app.Services.GetRequiredService<SiloSettings>().PublicUrls[0] + "/oauth/token"),
            new FormUrlEncodedContent(
            [
                new("grant_type", GrantTypes.TokenExchange), new("subject_token", subjectToken),
                new("subject_token_type", TokenTypeIdentifiers.AccessToken), new("audience", audience),
            ]),
            TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return body.RootElement.Clone();
    }
}
