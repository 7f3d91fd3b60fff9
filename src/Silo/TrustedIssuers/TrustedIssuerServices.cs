using System.Net;
using ExchangeCluster.Grains.Pipeline;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ExchangeCluster.Silo.TrustedIssuers;

public static class TrustedIssuerServices
{
    /// <summary>
    /// Fetches, refreshes and publishes the key sets that the policy names. Needs <c>IClusterState</c> and
    /// <c>IKeySetPublisher</c>.
    /// </summary>
    public static IServiceCollection AddTrustedIssuers(this IServiceCollection services, Action<TrustedIssuerOptions> configure)
    {
        services.AddOptions<TrustedIssuerOptions>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HostResolver>(static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken));
        services.AddSingleton<KeySetFetcher>();
        services.AddSingleton<RefreshTurns>();
        services.AddSingleton<KeySetRefresher>();
        services.AddSingleton<IKeySetRefresher>(static provider => provider.GetRequiredService<KeySetRefresher>());
        services.AddHostedService<KeySetService>();
        return services;
    }
}
