using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace ExchangeCluster.Client.Tests;

/// <summary>A token endpoint on a real port that gives whatever answer a test wants, and keeps what it was asked.</summary>
internal sealed class TokenEndpoint : IAsyncDisposable
{
    private readonly WebApplication application;

    private TokenEndpoint(WebApplication application) => this.application = application;

    public Uri Address => new(application.Urls.Single() + "/oauth/token");

    public int Status { get; set; } = 200;

    public string? ContentType { get; set; } = "application/json; charset=utf-8";

    public string Body { get; set; } = "";

    /// <summary>Replaces the whole answer.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    public Dictionary<string, StringValues> Form { get; private set; } = [];

    public string? Authorization { get; private set; }

    public static async Task<TokenEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var endpoint = new TokenEndpoint(builder.Build());
        endpoint.application.Run(endpoint.AnswerAsync);
        await endpoint.application.StartAsync(TestContext.Current.CancellationToken);
        return endpoint;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Form = (await context.Request.ReadFormAsync()).ToDictionary(StringComparer.Ordinal);
        Authorization = context.Request.Headers.Authorization;
        if (Answer is not null)
        {
            await Answer(context);
            return;
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = ContentType;
        await context.Response.WriteAsync(Body);
    }
}
