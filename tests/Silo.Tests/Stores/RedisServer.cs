using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
        while (!await AnswersAsync(timeout.Token))
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

    /// <summary>Keeps a copy of the data aside, as a backup of a stopped server.</summary>
    public void Save() => Copy(Data, Backup);

    /// <summary>Puts the copy in the place of the data.</summary>
    public void Restore()
    {
        Directory.Delete(Data, recursive: true);
        Copy(Backup, Data);
    }

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

    private string Data => Path.Combine(directory.FullName, "appendonlydir");

    private string Backup => Path.Combine(directory.FullName, "backup");

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
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

    /// <summary>
    /// Asked by hand: a client library that finds nobody listening yet waits for seconds. A server that asks for a password answers too.
    /// </summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            await connection.GetStream().WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            using var reader = new StreamReader(connection.GetStream());
            return await reader.ReadLineAsync(cancellationToken) is { } line
                && (line == "+PONG" || line.StartsWith("-NOAUTH", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
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
