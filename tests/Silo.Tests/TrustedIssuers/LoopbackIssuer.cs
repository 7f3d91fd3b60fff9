using System.Collections.Concurrent;
using ExchangeCluster.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

/// <summary>A real issuer on a loopback port, whose answers a test replaces.</summary>
internal sealed class LoopbackIssuer : IAsyncDisposable
{
    public const string DiscoveryPath = "/.well-known/openid-configuration";
    public const string JwksPath = "/jwks";

    private readonly WebApplication application;

    private LoopbackIssuer(WebApplication application) => this.application = application;

    /// <summary>Its <c>iss</c> and where it listens.</summary>
    public string Issuer => application.Urls.Single();

    public Uri JwksUri => new(Issuer + JwksPath);

    public TestKey Key { get; set; } = TestKey.Create(keyId: "first");

    public string Jwks => new TestIssuer(Issuer, Key).Jwks;

    /// <summary>How it answers for its key set; the default is right.</summary>
    public Func<HttpContext, Task>? AnswerKeys { get; set; }

    public Func<HttpContext, Task>? AnswerDiscovery { get; set; }

    /// <summary>Every request as path, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public ConcurrentQueue<IHeaderDictionary> RequestHeaders { get; } = [];

    public int KeyRequests => Requests.Count(path => path == JwksPath);

    public static async Task<LoopbackIssuer> StartAsync(string url = "http://127.0.0.1:0", Action<IWebHostBuilder>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        configure?.Invoke(builder.WebHost);
        var issuer = new LoopbackIssuer(builder.Build());
        issuer.application.Run(issuer.AnswerAsync);
        await issuer.application.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    /// <summary>The port stays reserved for nobody: connections are refused from now on.</summary>
    public Task StopAsync() => application.StopAsync(new CancellationToken(canceled: true));

    public static Task WriteJsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    private Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(context.Request.Path);
        RequestHeaders.Enqueue(context.Request.Headers);
        return context.Request.Path.Value switch
        {
            DiscoveryPath => AnswerDiscovery?.Invoke(context)
                ?? WriteJsonAsync(context, $$"""{"issuer":"{{Issuer}}","jwks_uri":"{{JwksUri}}"}"""),
            JwksPath => AnswerKeys?.Invoke(context) ?? WriteJsonAsync(context, Jwks),
            _ => Task.CompletedTask,
        };
    }
}
