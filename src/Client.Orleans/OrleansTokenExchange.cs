using ExchangeCluster.Client.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ExchangeCluster.Client.Orleans;

/// <summary>Registers the token provider over an Orleans client, for services inside the cluster's network.</summary>
public static class OrleansTokenExchange
{
    /// <summary>
    /// As <see cref="TokenExchangeServices.AddTokenExchange"/>, but every exchange goes through the registered
    /// <see cref="IClusterClient"/> (<c>UseOrleansClient</c>) and never over HTTP. Whoever can reach the gateways can reach
    /// any grain: this is for trusted networks, and callers authenticate all the same.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="configure">The issuer is only a name here: what assertions and proofs are made for.</param>
    public static IServiceCollection AddTokenExchangeOverOrleans(this IServiceCollection services, Action<TokenExchangeOptions> configure)
    {
        services.TryAddSingleton<ITokenExchanger, OrleansTokenExchanger>();
        services.TryAddSingleton<ISharingPlanEndpoint, SharingPlanOverOrleans>();
        return services.AddTokenExchange(configure);
    }
}
