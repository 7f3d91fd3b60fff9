using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Logging.Console;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>Settings that hold unless a user says otherwise, and a log that leaves standard output to the banner.</summary>
internal static class LoggingSetup
{
    private const string DefaultsResource = "appsettings.json";

    public static void AddDefaultsAndLogging(this WebApplicationBuilder builder)
    {
        // First, so that every other source outranks it.
        var defaults = typeof(LoggingSetup).Assembly.GetManifestResourceStream(DefaultsResource)!;
        builder.Configuration.Sources.Insert(0, new JsonStreamConfigurationSource { Stream = defaults });
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
