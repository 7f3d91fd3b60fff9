using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Silo.Hosting;
using OpenTelemetry.Metrics;

namespace ExchangeCluster.Silo.Telemetry;

/// <summary>
/// <c>GET /metrics</c> on the management listener, in the Prometheus text format: our own counters, Orleans', Kestrel's and
/// the runtime's. No tag of ours grows with users, clients or services.
/// </summary>
internal static class Metrics
{
    public const string Path = "/metrics";

    private static readonly string[] Meters =
        [ExchangeMetrics.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    public static void AddExchangeMetrics(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());

    public static void UseMetrics(this WebApplication app) =>
        app.UseOpenTelemetryPrometheusScrapingEndpoint(context =>
            context.AcceptedBy() == Listener.Management
            && HttpMethods.IsGet(context.Request.Method)
            && string.Equals(context.Request.Path.Value, Path, StringComparison.Ordinal));
}
