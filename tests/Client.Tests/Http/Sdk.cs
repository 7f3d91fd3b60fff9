using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExchangeCluster.Client.Tests.Http;

/// <summary>An application with the SDK, a token service that it asks, and a target that it calls.</summary>
internal sealed class Sdk : IAsyncDisposable
{
    public const string Secret = "s3cret-of-shop";

    private readonly ServiceProvider services;
    private readonly CurrentRequest request = new();

    private Sdk(Upstream tokens, Upstream target, Action<TokenExchangeOptions>? configure)
    {
        (Tokens, Target) = (tokens, target);
        Incoming = Sharing.Tokens.Of("alice", TimeProvider.System.GetUtcNow().AddHours(1)).Reveal();
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        collection.AddSingleton<IHttpContextAccessor>(request);
        collection.AddTokenExchange(options =>
        {
            options.Issuer = tokens.Address;
            options.ClientId = "shop";
            options.ClientSecret = Secret;
            configure?.Invoke(options);
        });
        collection.AddHttpClient("credit", client => client.BaseAddress = target.Address).AddTokenFor("credit");
        services = collection.BuildServiceProvider();
        Receives("Bearer " + Incoming);
    }

    public Upstream Tokens { get; }

    public Upstream Target { get; }

    public string Incoming { get; }

    public LogLines Logs { get; } = new();

    /// <summary>Calls of the token endpoint, in order; those of the sharing plan are left out.</summary>
    public List<Upstream.Call> Exchanges => [.. Tokens.Calls.Where(call => call.Path == "/oauth/token")];

    public static async Task<Sdk> StartAsync(Action<TokenExchangeOptions>? configure = null)
    {
        var (tokens, target) = (await Upstream.StartAsync(), await Upstream.StartAsync());
        var sdk = new Sdk(tokens, target, configure);
        tokens.Answer = (_, context) => sdk.IssueAsync(context);
        return sdk;
    }

    public async Task<HttpResponseMessage> CallAsync(string body = "hello")
    {
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("credit");
        using var content = new StringContent(body);
        return await client.PostAsync(new Uri("/rate?of=alice", UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    /// <summary>Sets the header of the request that the application serves.</summary>
    public void Receives(string? authorization)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = authorization;
        request.HttpContext = context;
    }

    /// <summary>A good answer with the next token.</summary>
    public Task IssueAsync(HttpContext context, string tokenType = "Bearer")
    {
        if (context.Request.Path == "/sharing-plan")
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            $$"""{"access_token":"issued-{{Exchanges.Count}}","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"{{tokenType}}","expires_in":60,"scope":"read"}""");
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Tokens.DisposeAsync();
        await Target.DisposeAsync();
    }

    /// <summary>The same for every caller: the real one knows the request by the flow of the call.</summary>
    private sealed class CurrentRequest : IHttpContextAccessor
    {
        public HttpContext? HttpContext { get; set; }
    }

    /// <summary>Every line that anything logs, at any level, with its scopes.</summary>
    internal sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue(state.ToString() ?? "");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
