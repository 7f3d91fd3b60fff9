using System.Diagnostics;
using ExchangeCluster.Silo.Hosting;

namespace ExchangeCluster.Silo.Tests.Hosting;

/// <summary>The silo as a process of its own, with what it printed.</summary>
internal sealed record SiloProcess(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs until it ends by itself; a start that succeeds never does.</summary>
    public static async Task<SiloProcess> RunAsync(string environment, params string[] args)
    {
        var directory = Directory.CreateTempSubdirectory("exchange-cluster-").FullName;
        var start = new ProcessStartInfo("dotnet", [typeof(SiloHost).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = environment },
        };
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new SiloProcess(process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            Directory.Delete(directory, recursive: true);
        }
    }
}
