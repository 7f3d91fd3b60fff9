using System.Collections.Concurrent;
using ExchangeCluster.Client;
using ExchangeCluster.Client.Orleans;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Sdk;

/// <summary>An application that has the SDK and nothing else; it counts what really goes to the silo.</summary>
public sealed class SdkHost : IAsyncDisposable
{
    private readonly IHost host;

    private SdkHost(IHost host) => this.host = host;

    public ITokenProvider Tokens => host.Services.GetRequiredService<ITokenProvider>();

    /// <summary>For each exchange: target and incoming token.</summary>
    public ConcurrentQueue<(string Target, string Incoming)> Exchanges => ((Counted)host.Services.GetRequiredService<ITokenExchanger>()).Calls;

    /// <param name="silo">Asked over HTTP, or by its gateway.</param>
    /// <param name="overOrleans">Which of the two.</param>
    /// <param name="configure">Client id and credentials at least.</param>
    /// <param name="connect">More on how the Orleans client connects.</param>
    public static async Task<SdkHost> StartAsync(
        SiloFixture silo, bool overOrleans, Action<TokenExchangeOptions> configure, Action<IClientBuilder>? connect = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (overOrleans)
        {
            builder.UseOrleansClient(client =>
            {
                client.UseStaticClustering(silo.Gateway)
                    .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = "exchange-cluster");
                connect?.Invoke(client);
            });
            builder.Services.AddTokenExchangeOverOrleans(Configure);
        }
        else
        {
            builder.Services.AddTokenExchange(Configure);
        }

        var exchanger = builder.Services.Single(service => service.ServiceType == typeof(ITokenExchanger));
        builder.Services.Remove(exchanger);
        builder.Services.AddSingleton<ITokenExchanger>(services =>
            new Counted((ITokenExchanger)ActivatorUtilities.CreateInstance(services, exchanger.ImplementationType!)));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new SdkHost(host);

        void Configure(TokenExchangeOptions options)
        {
            options.Issuer = new Uri(silo.PublicUrl.GetLeftPart(UriPartial.Authority));
            configure(options);
        }
    }

    public async Task<TargetToken> GetAsync(string target, string incoming) =>
        await Tokens.GetTokenAsync(target, new SensitiveText(incoming), cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }

    private sealed class Counted(ITokenExchanger inner) : ITokenExchanger
    {
        public ConcurrentQueue<(string Target, string Incoming)> Calls { get; } = new();

        public Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest request, CancellationToken cancellationToken = default)
        {
            Calls.Enqueue((request.Audiences.Single(), request.SubjectToken.Reveal()));
            return inner.ExchangeAsync(request, cancellationToken);
        }
    }
}
