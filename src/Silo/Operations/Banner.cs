using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Demo;
using ExchangeCluster.Silo.Metadata;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Operations;

/// <summary>Says on standard output, once the silo is ready, what runs where; in the demo also how to try it.</summary>
internal sealed class Banner(
    SiloSettings settings, Readiness readiness, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static IEnumerable<string> Lines(SiloSettings settings)
    {
        yield return "ExchangeCluster is ready.";
        foreach (var url in settings.PublicUrls)
        {
            yield return $"  token endpoint  {url}{TokenEndpoint.Path}";
            yield return $"  metadata        {url}{MetadataEndpoints.AuthorizationServerPath}";
        }

        yield return $"  management      {settings.ManagementUrl}{HealthEndpoints.ReadyPath}";
        yield return settings.Redis is { } redis ? $"  cluster         Redis at {redis}" : $"  data directory  {settings.DataDirectory}";
        if (settings.DemoLoginUrl is { } login)
        {
            yield return $"  DEMO login      {login} (gives a token to anyone who asks)";
            yield return "";
            yield return "This is the demo: its policy, users and client secrets are public. Paste into a shell:";
            yield return "";
            yield return $"SUBJECT_TOKEN=$(curl -s {login}{DemoLogin.LoginPath} -d user=alice)";
            yield return $"curl -s -w '\\n' {settings.PublicUrls[0]}{TokenEndpoint.Path} -u web:demo-secret-of-web"
                + $" -d grant_type={GrantTypes.TokenExchange}"
                + $" -d subject_token_type={TokenTypeIdentifiers.AccessToken}"
                + " -d audience=orders -d subject_token=\"$SUBJECT_TOKEN\"";
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!lifetime.ApplicationStarted.IsCancellationRequested || !readiness.Report().IsReady)
        {
            await Task.Delay(Pause, time, stoppingToken);
        }

        await Console.Out.WriteLineAsync(string.Join(Environment.NewLine, Lines(settings)).AsMemory(), stoppingToken);
    }
}
