using System.Diagnostics;
using System.Net;

namespace ExchangeCluster.Samples.Shop.Parties;

/// <summary>A token service: the silo as a process of its own, with a policy, on an empty directory.</summary>
internal sealed class TokenService : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string directory;

    private TokenService(Process process, string directory) => (this.process, this.directory) = (process, directory);

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; what it said is in the message.</exception>
    public static async Task<TokenService> StartAsync(Uri issuer, string policy)
    {
        var home = Directory.CreateTempSubdirectory("shop-").FullName;
        var policyFile = Path.Combine(home, "policy.yaml");
        await File.WriteAllTextAsync(policyFile, policy);
        var management = Ports.FreeAddress();
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "ExchangeCluster.Silo.dll"),
                $"--urls={issuer.OriginalString.TrimEnd('/')}",
                $"--ExchangeCluster:ManagementUrl={management.OriginalString}",
                $"--ExchangeCluster:PolicyFile={policyFile}",
                $"--ExchangeCluster:DataDirectory={Path.Combine(home, "data")}",
                "--ExchangeCluster:SiloPort=0",
                "--ExchangeCluster:GatewayPort=0",
            },
            WorkingDirectory = home,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production" },
        };
        var service = new TokenService(Process.Start(start)!, home);
        try
        {
            await service.ReadyAsync(management);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private async Task ReadyAsync(Uri management)
    {
        var said = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        var started = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(http, new Uri(management, "/health/ready")))
        {
            if (process.HasExited || TimeProvider.System.GetElapsedTime(started) > StartTimeout)
            {
                throw new InvalidOperationException($"The token service did not start. {(process.HasExited ? await said : "")}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri health)
    {
        try
        {
            using var response = await http.GetAsync(health);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
