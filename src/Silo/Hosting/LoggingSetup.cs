using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Logging.Console;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>Settings that hold unless a user says otherwise, and a log that leaves standard output to the banner.</summary>
internal static class LoggingSetup
{
    private const string DefaultsResource = "appsettings.json";
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";
    private const string RequestCategory = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static void AddDefaultsAndLogging(this WebApplicationBuilder builder)
    {
        // First, so that every other source outranks it.
        var defaults = typeof(LoggingSetup).Assembly.GetManifestResourceStream(DefaultsResource)!;
        builder.Configuration.Sources.Insert(0, new JsonStreamConfigurationSource { Stream = defaults });
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);

        // It logs every URI with its query before anything of ours runs, and a query may hold what doesn't belong there. Even where it would log
        // nothing, being enabled at all costs an activity and a log scope for each request.
        builder.Logging.AddFilter(RequestCategory, LogLevel.None);
    }

    /// <summary>
    /// Keeps the generic host from logging why it couldn't start, stack trace and all: Program says that in a line. What
    /// fails later is logged.
    /// </summary>
    /// <returns>To be called once the start is over.</returns>
    public static Action SilenceHostUntilStarted(this WebApplicationBuilder builder)
    {
        var started = false;
        builder.Logging.AddFilter(HostCategory, level => Volatile.Read(ref started) && level >= LogLevel.Warning);
        return () => Volatile.Write(ref started, true);
    }
}
