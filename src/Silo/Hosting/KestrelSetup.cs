using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Token;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>One socket for each listener, and what a stranger may ask of it.</summary>
internal static class KestrelSetup
{
    public static void AddListeners(this WebApplicationBuilder builder, SiloSettings settings)
    {
        // The addresses are in the settings now; left here, Kestrel would warn that they are overridden.
        builder.Configuration.AddInMemoryCollection(
        [
            new(WebHostDefaults.ServerUrlsKey, ""), new(WebHostDefaults.HttpPortsKey, ""), new(WebHostDefaults.HttpsPortsKey, ""),
        ]);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            SetLimits(kestrel);
            foreach (var url in settings.PublicUrls)
            {
                url.Listen(kestrel, options => options.Mark(Listener.Public));
            }

            settings.ManagementUrl.Listen(kestrel, options => options.Mark(Listener.Management));
            settings.DemoLoginUrl?.Listen(kestrel, options => options.Mark(Listener.DemoLogin));
        });
    }

    private static void SetLimits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;

        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = RequestBody.MaxSize;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
    }
}
