using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ExchangeCluster.Load.Servers;

/// <summary>A server under test: a process of its own, pinned to the core that the driver leaves alone.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string probe;
    private readonly string log;

    private ServerProcess(Process process, IPEndPoint endpoint, string probe, string log) =>
        (this.process, Endpoint, this.probe, this.log) = (process, endpoint, probe, log);

    public IPEndPoint Endpoint { get; }

    public int Id => process.Id;

    /// <summary>Starts it; it may not answer yet.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="endpoint">Where it will listen.</param>
    /// <param name="directory">For its log.</param>
    /// <param name="core">The core to run on; null: any.</param>
    /// <param name="environment">Besides what every server gets: workstation GC, tiered PGO, the probe.</param>
    public static ServerProcess Start(
        IReadOnlyList<string> command, IPEndPoint endpoint, string directory, int? core, params IEnumerable<(string Name, string Value)> environment)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(command.Count > 1 ? command[1] : command[0])}-{endpoint.Port}");
        var (probe, log) = (Path.Combine(directory, name + ".probe"), Path.Combine(directory, name + ".log"));

        // The shell is replaced twice over, so that the process that we started is the server.
        var line = string.Join(' ', command.Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("sh", ["-c", $"exec taskset -c {core?.ToString(CultureInfo.InvariantCulture) ?? Machine.AllCores} {line} > '{log}' 2>&1"]);
        foreach (var (key, value) in environment.Concat(
        [
            ("DOTNET_gcServer", "0"), ("DOTNET_STARTUP_HOOKS", Published.Probe), ("BENCH_PROBE", probe),
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("NODE_ENV", "production"),
        ]))
        {
            start.Environment[key] = value;
        }

        return new ServerProcess(Process.Start(start)!, endpoint, probe, log);
    }

    /// <summary>An endpoint that nobody listens on.</summary>
    public static IPEndPoint FreeEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    /// <summary>Until something listens at an endpoint of it, by default at its own.</summary>
    public void WaitUntilListening(IPEndPoint? endpoint = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Limit && !process.HasExited)
        {
            try
            {
                using var socket = new TcpClient();
                socket.Connect(endpoint ?? Endpoint);
                return;
            }
            catch (SocketException)
            {
                process.WaitForExit(2);
            }
        }

        throw new InvalidOperationException($"A server did not start. It printed:\n{File.ReadAllText(log)}");
    }

    /// <summary>CPU that all its threads have used, user and system, from the kernel's scheduler.</summary>
    public TimeSpan CpuTime()
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <summary>Bytes allocated since its start; null for a server that isn't .NET.</summary>
    public long? AllocatedBytes() => File.Exists(probe) ? AskProbe((byte)'a') : null;

    /// <summary>Methods compiled since its start, each time that one is compiled; null for a server that isn't .NET.</summary>
    public long? CompiledMethods() => File.Exists(probe) ? AskProbe((byte)'c') : null;

    /// <summary>Bytes on its heap that are alive: collects first.</summary>
    public long LiveHeapBytes() => AskProbe((byte)'l');

    /// <summary>Resident set, in bytes.</summary>
    public long ResidentBytes()
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private long AskProbe(byte question)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(probe));
        socket.Send([question]);
        using var reader = new StreamReader(new NetworkStream(socket));
        return long.Parse(reader.ReadLine()!, CultureInfo.InvariantCulture);
    }
}
