using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ExchangeCluster.Silo.Configuration;
using StackExchange.Redis;

namespace ExchangeCluster.Silo.Tests.Stores;

/// <summary>
/// A real <c>redis-server</c> on a free loopback port, with a directory of its own. Durable, as a cluster needs it, unless arguments
/// say otherwise: of the same name the last counts.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("exchange-cluster-redis-");
    private readonly string[] arguments;
    private Process? process;

    private RedisServer(string[] arguments) => this.arguments = arguments;

    public int Port { get; private set; } = FreePort.Find();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await server.StartAgainAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // Somebody else took the port.
                server.Port = FreePort.Find();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Over the same data, on the same port; returns when it answers.</summary>
    public async Task StartAgainAsync()
    {
        process = Launch();
        using var timeout = new CancellationTokenSource(Limit);
        while (!await AnswersAsync())
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"redis-server ended with code {process.ExitCode}: {await process.StandardOutput.ReadToEndAsync(timeout.Token)}");
            }

            await Task.Delay(Pause, TimeProvider.System, timeout.Token);
        }
    }

    /// <summary>In order, as an operator stops it.</summary>
    public Task StopAsync() => EndAsync("-TERM");

    /// <summary>As a crash would.</summary>
    public Task KillAsync() => EndAsync("-KILL");

    /// <summary>It answers nothing until <see cref="ResumeAsync"/>.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    public async Task<RedisResult> ExecuteAsync(string command, params object[] values)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(Address);
        return await connection.GetDatabase().ExecuteAsync(command, values);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        process?.Dispose();
        directory.Delete(recursive: true);
    }

    private Process Launch()
    {
        string[] all =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", directory.FullName, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", .. arguments,
        ];
        try
        {
            return Process.Start(new ProcessStartInfo("redis-server", all) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception e)
        {
            throw new FileNotFoundException("These tests need redis-server on the PATH. On Debian and Ubuntu: apt-get install redis-server", e);
        }
    }

    /// <summary>A server that asks for a password answers too.</summary>
    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(Address + ",connectRetry=0");
            return (string?)await connection.GetDatabase().ExecuteAsync("PING") == "PONG";
        }
        catch (RedisConnectionException e)
        {
            return e.FailureType == ConnectionFailureType.AuthenticationFailure;
        }
        catch (RedisServerException e)
        {
            return e.Message.StartsWith("NOAUTH", StringComparison.Ordinal);
        }
    }

    private async Task EndAsync(string signal)
    {
        await SignalAsync(signal);
        using var timeout = new CancellationTokenSource(Limit);
        await process!.WaitForExitAsync(timeout.Token);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
