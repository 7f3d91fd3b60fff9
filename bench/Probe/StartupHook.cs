using System.Globalization;
using System.Net.Sockets;
using System.Runtime;
using System.Text;

/// <summary>
/// Loaded into a server under test by <c>DOTNET_STARTUP_HOOKS</c>, so that servers that expose nothing can be asked what they have
/// allocated and compiled: whoever connects to the Unix socket <c>BENCH_PROBE</c> and sends a letter is told a line. Costs nothing while nobody asks.
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

    /// <summary>
    /// The line, for <c>a</c>: bytes allocated since the start; <c>l</c>: bytes alive after a collection of everything; <c>c</c>: methods compiled
    /// since the start, each time that one is compiled.
    /// </summary>
    private static void Serve(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Span<byte> question = stackalloc byte[1];
        while (true)
        {
            using var caller = listener.Accept();
            caller.Receive(question);
            var answer = question[0] switch
            {
                (byte)'l' => GC.GetTotalMemory(forceFullCollection: true),
                (byte)'c' => JitInfo.GetCompiledMethodCount(),
                _ => GC.GetTotalAllocatedBytes(precise: true),
            };
            caller.Send(Encoding.ASCII.GetBytes(answer.ToString(CultureInfo.InvariantCulture) + "\n"));
        }
    }
}
