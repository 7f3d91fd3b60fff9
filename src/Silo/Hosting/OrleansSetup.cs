using System.Net;
using ExchangeCluster.Grains.Hosting;
using ExchangeCluster.Silo.Configuration;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>One silo: of a cluster whose membership is in its Redis, or alone.</summary>
internal static class OrleansSetup
{
    private const string ClusterName = "exchange-cluster";

    public static void AddOrleansSilo(this WebApplicationBuilder builder, SiloSettings settings) =>
        builder.UseOrleans(silo =>
        {
            if (settings.Redis is { } address)
            {
                silo.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (ClusterName, ClusterName));
                silo.ConfigureEndpoints(settings.SiloAddress, settings.SiloPort, settings.GatewayPort);
                silo.UseRedisClustering(options => options.ConfigurationOptions = address.Connection("membership"));
            }
            else
            {
                silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, serviceId: ClusterName, clusterId: ClusterName);

                // Where all grains are here, so is all of their directory, and is asked without leaving the caller's thread.
                silo.Configure<GrainDirectoryOptions>(options => options.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.None);
            }

            silo.AddExchangeGrains();
            silo.AddReplicaPeers();
            silo.Configure<ClusterMembershipOptions>(settings.Membership.ApplyTo);
            if (settings.SiloTls is { } tls)
            {
                silo.Configure<SiloConnectionOptions>(options =>
                {
                    options.ConfigureSiloInboundConnection(tls.UseAsServer);
                    options.ConfigureSiloOutboundConnection(tls.UseAsClient);
                    options.ConfigureGatewayInboundConnection(tls.UseAsServer);
                });
            }
            else
            {
                silo.Services.AddSingleton<IConfigurationValidator, LoopbackValidator>();
            }
        });

    /// <summary>
    /// Whoever reaches the silo or gateway port owns the cluster: a connected client can call any grain. Orleans also reads
    /// addresses from configuration that isn't ours, so what it will really use is checked.
    /// </summary>
    private sealed class LoopbackValidator(IOptions<EndpointOptions> options) : IConfigurationValidator
    {
        public void ValidateConfiguration()
        {
            var endpoints = options.Value;
            IPAddress?[] addresses =
                [endpoints.AdvertisedIPAddress, endpoints.SiloListeningEndpoint?.Address, endpoints.GatewayListeningEndpoint?.Address];
            if (addresses.OfType<IPAddress>().Any(address => !IPAddress.IsLoopback(address)))
            {
                throw new StartupRefusedException(ExitCodes.WrongSettings, "Without mutual TLS the silo and gateway ports listen on loopback only.");
            }
        }
    }
}
