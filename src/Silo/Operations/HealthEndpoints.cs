using System.Buffers;
using System.Text.Json;

namespace ExchangeCluster.Silo.Operations;

/// <summary>Health for orchestrators, on the management listener: the process, the start, the ability to answer.</summary>
internal sealed class HealthEndpoints(Readiness readiness)
{
    public const string LivePath = "/health/live";
    public const string ReadyPath = "/health/ready";
    public const string StartedPath = "/health/started";

    public static Task GetLiveAsync(HttpContext context) => WriteAsync(context.Response, isHealthy: true, "live", []);

    public Task GetReadyAsync(HttpContext context)
    {
        var report = readiness.Report();
        return WriteAsync(context.Response, report.IsReady, report.IsReady ? "ready" : "not ready", report.Reasons);
    }

    public Task GetStartedAsync(HttpContext context) =>
        WriteAsync(context.Response, readiness.IsStarted, readiness.IsStarted ? "started" : "starting", []);

    private static async Task WriteAsync(HttpResponse response, bool isHealthy, string status, IReadOnlyList<string> reasons)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            json.WriteStartArray("reasons");
            foreach (var reason in reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/json";
        response.ContentLength = buffer.WrittenCount;
        response.Headers.CacheControl = "no-store";
        await response.BodyWriter.WriteAsync(buffer.WrittenMemory, response.HttpContext.RequestAborted);
    }
}
