using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Token;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>One socket for each listener, and what a stranger may ask of it.</summary>
internal static class KestrelSetup
{
    private const string RefuseBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    public static void AddListeners(this WebApplicationBuilder builder, SiloSettings settings)
    {
        // A proxy before us may not take a bare LF for the end of a line (RFC 9112 section 2.2): then we must not either.
        AppContext.SetSwitch(RefuseBareLineFeeds, true);
        builder.Services.AddSingleton<IStartupFilter, HostAddressesDropped>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            SetLimits(kestrel);
            foreach (var url in settings.PublicUrls)
            {
                url.Listen(kestrel, options => options.Mark(Listener.Public), settings.RequestClientCertificates);
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

    /// <summary>
    /// Drops the addresses that the host read from the same settings (or from <c>HTTP_PORTS</c>): the listeners above are
    /// all there is, and Kestrel would warn of two sources.
    /// </summary>
    private sealed class HostAddressesDropped : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.ServerFeatures.GetRequiredFeature<IServerAddressesFeature>().Addresses.Clear();
            next(app);
        };
    }
}
