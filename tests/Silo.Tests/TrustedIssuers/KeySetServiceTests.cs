using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.TrustedIssuers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

public sealed class KeySetServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Knows_the_keys_of_an_issuer_that_its_own_process_serves_right_after_start()
    {
        await using var elsewhere = await LoopbackIssuer.StartAsync();
        var bench = new KeySetBench();
        var published = new TaskCompletionSource();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IClusterState>(bench).AddSingleton<ISpentOnce>(bench.Turns);
        builder.Services.AddSingleton<IKeySetPublisher>(new SignallingPublisher(bench, published));
        builder.Services.AddSingleton(services => new Drain(TimeSpan.Zero, services.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System));
        builder.Services.AddTrustedIssuers(options => options.PolicyDirectory = ".");
        await using var application = builder.Build();
        application.Run(context => LoopbackIssuer.WriteJsonAsync(context, elsewhere.Jwks));
        application.Lifetime.ApplicationStarted.Register(
            () => bench.Trust(("https://login.shop.example", new KeySetSource(JwksUri: new Uri(application.Urls.Single())))));
        await application.StartAsync(Cancellation);
        await published.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Empty(application.Services.GetRequiredService<KeySetRefresher>().MissingKeySets);
        Assert.Same(application.Services.GetRequiredService<KeySetRefresher>(), application.Services.GetRequiredService<IKeySetRefresher>());
        await application.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Stops_while_a_source_is_silent()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var asked = new TaskCompletionSource();
        issuer.AnswerKeys = context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var bench = new KeySetBench((issuer.Issuer, new KeySetSource(JwksUri: issuer.JwksUri)));
        using var service = new KeySetService(bench.Refresher, bench, bench.Lifetime, bench.Clock);
        await service.StartAsync(Cancellation);
        Assert.Empty(issuer.Requests);
        bench.Lifetime.NotifyStarted();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        bench.Lifetime.StopApplication();
        await service.StopAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.DoesNotContain(bench.Log, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    private sealed class SignallingPublisher(IKeySetPublisher inner, TaskCompletionSource published) : IKeySetPublisher
    {
        public async Task PublishAsync(
            string log, string owner, string jwks, DateTimeOffset fetchedAt, TimeSpan maxAge, CancellationToken cancellationToken)
        {
            await inner.PublishAsync(log, owner, jwks, fetchedAt, maxAge, cancellationToken);
            published.TrySetResult();
        }
    }
}
