using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace ExchangeCluster.Silo.Tests;

/// <summary>
/// The real silo in this process, composed as Program composes it, on free ports with a data directory of its own. It
/// logs everything, at every level, to <see cref="Log"/>.
/// </summary>
public sealed class SiloFixture : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly string directory = Directory.CreateTempSubdirectory("exchange-cluster-").FullName;
    private readonly int publicPort = FreePort.Find();
    private readonly int managementPort = FreePort.Find();
    private Action<WebApplicationBuilder>? configure;
    private X509Certificate2? certificate;
    private string[] settings = [];
    private WebApplication? app;

    private SiloFixture()
    {
    }

    /// <summary>Base address of the token endpoint and the metadata; also what to write as <c>issuer</c>.</summary>
    public Uri PublicUrl => new(string.Create(
        CultureInfo.InvariantCulture, $"{(certificate is null ? "http" : "https")}://127.0.0.1:{publicPort}"));

    public Uri ManagementUrl => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{managementPort}"));

    /// <summary>Where Orleans clients connect.</summary>
    public IPEndPoint Gateway => new(IPAddress.Loopback, Services.GetRequiredService<IOptions<EndpointOptions>>().Value.GatewayPort);

    /// <summary>Relative file names in the policy begin here.</summary>
    public string PolicyDirectory => directory;

    public string PolicyFile => Path.Combine(directory, "policy.yaml");

    public string DataDirectory => Path.Combine(directory, "data");

    /// <summary>Goes on over restarts.</summary>
    public CapturedLog Log { get; } = new();

    public IServiceProvider Services => app!.Services;

    /// <summary>Starts a silo and waits until it is ready.</summary>
    /// <param name="policy">
    /// Makes the policy text from the public base address, without a final slash. It should name keys that are at hand
    /// (inline, or files in <see cref="PolicyDirectory"/>).
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="configure">Last word on the composition, at each start.</param>
    /// <param name="certificate">Null: plain HTTP. Else its own, with private key, under which it also asks callers for theirs.</param>
    /// <param name="settings">Further arguments of its command line.</param>
    public static async Task<SiloFixture> StartAsync(
        Func<string, string> policy,
        CancellationToken cancellationToken,
        Action<WebApplicationBuilder>? configure = null,
        X509Certificate2? certificate = null,
        params string[] settings)
    {
        var fixture = new SiloFixture { configure = configure, certificate = certificate, settings = settings };
        await File.WriteAllTextAsync(fixture.PolicyFile, policy(fixture.PublicUrl.GetLeftPart(UriPartial.Authority)), cancellationToken);
        await fixture.StartAsync(cancellationToken);
        return fixture;
    }

    /// <summary>Stops in order and starts again over the same data.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        await StartAsync(cancellationToken);
    }

    /// <summary>Stops in order; the data and the policy stay.</summary>
    public async Task StopAsync()
    {
        if (app is { } running)
        {
            app = null;
            await running.StopAsync();
            await running.DisposeAsync();
        }
    }

    /// <summary>Reads the policy file now instead of at the next interval.</summary>
    public Task ReloadPolicyAsync(CancellationToken cancellationToken) =>
        Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<PolicyFileService>().Single().LookAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Log.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] args =
        [
            "--environment=Production",
            $"--urls={PublicUrl}",
            $"--ExchangeCluster:ManagementUrl={ManagementUrl}",
            $"--ExchangeCluster:PolicyFile={PolicyFile}",
            $"--ExchangeCluster:DataDirectory={DataDirectory}",
            "--ExchangeCluster:SiloPort=0",
            "--ExchangeCluster:GatewayPort=0",
            .. await CertificateArgumentsAsync(cancellationToken),
            .. settings,
        ];
        app = SiloHost.Build(args, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(Log);
            builder.Configuration["Logging:LogLevel:Default"] = nameof(LogLevel.Trace);
            builder.Configuration["Logging:LogLevel:Microsoft"] = nameof(LogLevel.Trace);
            builder.Configuration["Logging:LogLevel:Orleans"] = nameof(LogLevel.Trace);
            configure?.Invoke(builder);
        });
        await app.StartAsync(cancellationToken);
        await ReadyAsync(cancellationToken);
    }

    private async Task<string[]> CertificateArgumentsAsync(CancellationToken cancellationToken)
    {
        if (certificate is null)
        {
            return [];
        }

        var file = Path.Combine(directory, "silo.pfx");
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pkcs12), cancellationToken);
        return [$"--Kestrel:Certificates:Default:Path={file}", "--ExchangeCluster:RequestClientCertificates=true"];
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var readiness = Services.GetRequiredService<Readiness>();
        var time = Services.GetRequiredService<TimeProvider>();
        var started = time.GetTimestamp();
        while (!readiness.Report().IsReady)
        {
            if (time.GetElapsedTime(started) > StartTimeout)
            {
                throw new TimeoutException($"The silo did not become ready: {string.Join("; ", readiness.Report().Reasons)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        }
    }
}
