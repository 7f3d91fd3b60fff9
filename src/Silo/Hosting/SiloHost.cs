using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Silo.Administration;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Demo;
using ExchangeCluster.Silo.Introspection;
using ExchangeCluster.Silo.Metadata;
using ExchangeCluster.Silo.Operations;
using ExchangeCluster.Silo.Revocation;
using ExchangeCluster.Silo.SharingPlan;
using ExchangeCluster.Silo.Telemetry;
using ExchangeCluster.Silo.Token;
using ExchangeCluster.Silo.TrustedIssuers;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>
/// Composes the process. Hosted services start in the order of their registration and stop in the reverse one, Kestrel
/// being the last: it opens once the state is loaded, the policy published and the silo active, and closes before them.
/// </summary>
internal static class SiloHost
{
    /// <summary>For a stop in order, after the drain. It takes a second, and longer only with requests that wait for others.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8);

    /// <summary>
    /// After which a stop is given up, likewise: Orleans waits for a minute and more to tell a store that has gone. Nothing is lost by that, because
    /// nothing is kept here alone, and whoever sent the signal would kill the process later.
    /// </summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    /// <param name="args">The command line.</param>
    /// <param name="configure">Last word on the composition; for tests.</param>
    /// <exception cref="StartupRefusedException">Settings are wrong.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddDefaultsAndLogging();
        var started = builder.SilenceHostUntilStarted();
        var settings = SiloSettingsReader.Read(builder.Configuration, builder.Environment.IsDevelopment());
        PortCheck.RequireFree(settings);

        builder.AddListeners(settings);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.Drain + StopLimit);
        builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(provider =>
            new FailureLimit(settings.FailedAuthenticationsPerSecond, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddReplicatedState(settings);
        builder.Services.AddPolicySource(settings);
        builder.AddOrleansSilo(settings);
        builder.Services.AddTrustedIssuers(options =>
            options.PolicyDirectory = Path.GetDirectoryName(settings.PolicyFile) ?? settings.DataDirectory);
        builder.Services.AddSingleton(provider => new Admission(
            settings.RequestsAtOnce, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Admission>>()));
        builder.Services.AddSingleton<TokenEndpoint>().AddSingleton<MetadataEndpoints>();
        builder.Services.AddSingleton<RevocationEndpoint>().AddSingleton<IntrospectionEndpoint>().AddSingleton<RevocationEndpoints>();
        builder.Services.AddSingleton<SharingPlanEndpoint>();
        builder.Services.AddAdministration(settings);
        builder.Services.AddExchangeMetrics();
        builder.Services.AddSingleton<Readiness>().AddSingleton<HealthEndpoints>().AddHostedService<Banner>();
        builder.Services.AddSingleton(services => new Drain(
            settings.Drain, services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<Drain>());
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(started);
        app.UseListeners();
        return app;
    }

    /// <summary>Runs until the process is told to stop.</summary>
    public static async Task RunAsync(string[] args)
    {
        await using var app = Build(args);
        await RunAsync(app);
    }

    /// <summary>Runs until the process is told to stop. What had started before a failed start is stopped in order.</summary>
    private static async Task RunAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await StopQuietlyAsync(app);
            return;
        }
        catch
        {
            await StopQuietlyAsync(app);
            throw;
        }

        using var ending = app.Lifetime.ApplicationStopping.Register(() => _ = EndAsync(app.Services.GetRequiredService<SiloSettings>().Drain));
        await app.WaitForShutdownAsync();
    }

    private static async Task EndAsync(TimeSpan drain)
    {
        await Task.Delay(drain + EndLimit, TimeProvider.System);
        Environment.Exit(ExitCodes.CannotRun);
    }

    private static async Task StopQuietlyAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync();
        }
        catch (Exception)
        {
            // Not everything that never started can be stopped. The reason for the failed start is the one to report.
        }
    }

    private static void AddPolicySource(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.DemoLoginUrl is null)
        {
            services.AddHostedService<PolicyFileService>();
        }
        else
        {
            services.AddHostedService<DemoPolicyService>().AddSingleton<DemoLogin>();
        }
    }
}
