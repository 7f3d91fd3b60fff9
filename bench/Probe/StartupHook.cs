using System.Globalization;
using System.Net.Sockets;
using System.Text;

/// <summary>
/// Loaded into a server under test by <c>DOTNET_STARTUP_HOOKS</c>, so that servers that expose nothing can be asked what they have
/// allocated: whoever connects to the Unix socket <c>BENCH_PROBE</c> is told a line and is gone. Costs nothing while nobody asks.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("BENCH_PROBE") is { Length: > 0 } path)
        {
            new Thread(() => Serve(path)) { IsBackground = true, Name = "bench probe" }.Start();
        }
    }

    /// <summary>The line: bytes allocated since the start, collections of generation 0 and of generation 2, bytes that survived the last one.</summary>
    private static void Serve(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        while (true)
        {
            using var caller = listener.Accept();
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{GC.GetTotalAllocatedBytes(precise: true)} {GC.CollectionCount(0)} {GC.CollectionCount(2)} {GC.GetTotalMemory(forceFullCollection: false)}\n");
            caller.Send(Encoding.ASCII.GetBytes(line));
        }
    }
}
