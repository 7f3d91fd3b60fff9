using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ExchangeCluster.Silo.Tests.Cluster.Links;

/// <summary>Stands between whoever dials it and a server, and does to their bytes what a bad network does.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly IPEndPoint target;
    private readonly CancellationTokenSource over = new();
    private readonly Task accepting;
    private volatile Fault current = new(LinkFault.None, null);
    private int replies;

    private TcpProxy(IPEndPoint listen, IPEndPoint target)
    {
        this.target = target;
        listener = new TcpListener(listen);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public static TcpProxy Start(IPEndPoint listen, IPEndPoint target) => new(listen, target);

    /// <summary>From now on, also for connections that are open.</summary>
    /// <param name="fault">What is wrong.</param>
    /// <param name="callers">Whose connections, by their port; null: everybody's.</param>
    public void Break(LinkFault fault, Func<int, bool>? callers = null) =>
        Interlocked.Exchange(ref current, new Fault(fault, callers)).Over.SetResult();

    /// <summary>What was held back goes through, late.</summary>
    public void Heal() => Break(LinkFault.None);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Dispose();
        await accepting;
        over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ConnectAsync(await listener.AcceptTcpClientAsync(over.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectAsync(TcpClient caller)
    {
        using var server = new TcpClient();
        try
        {
            caller.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(target, over.Token);
            if (caller.Client.RemoteEndPoint is not IPEndPoint { Port: var port })
            {
                return;
            }

            await await Task.WhenAny(PumpAsync(caller, server, port, isReply: false), PumpAsync(server, caller, port, isReply: true));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or InvalidOperationException)
        {
            // Either end has gone, perhaps before its stream was asked for, or the test has ended; the other pump ends with its socket.
        }
        finally
        {
            Reset(caller);
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, int callerPort, bool isReply)
    {
        var buffer = new byte[64 * 1024];
        int size;
        while ((size = await from.GetStream().ReadAsync(buffer, over.Token)) > 0)
        {
            await HoldBackAsync(callerPort, isReply);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, size), over.Token);
        }
    }

    /// <exception cref="IOException">The connection is reset.</exception>
    private async Task HoldBackAsync(int callerPort, bool isReply)
    {
        var fault = current;
        while ((isReply ? fault.Kind.LosesReplies : fault.Kind.LosesRequests) && fault.Meets(callerPort))
        {
            await fault.Over.Task.WaitAsync(over.Token);
            fault = current;
        }

        if (!isReply || !fault.Meets(callerPort))
        {
            return;
        }

        var number = Interlocked.Increment(ref replies);
        if (fault.Kind.ResetsEach is { } reset && number % reset == 0)
        {
            throw new IOException("This fault resets the connection.");
        }

        if (fault.Kind.DelaysEach is { } delayed && number % delayed == 0)
        {
            await Task.WhenAny(Task.Delay(fault.Kind.Delay, TimeProvider.System, over.Token), fault.Over.Task);
        }
    }

    /// <summary>Not an end of stream, which would be in order.</summary>
    private static void Reset(TcpClient client)
    {
        try
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        client.Dispose();
    }

    private sealed class Fault(LinkFault kind, Func<int, bool>? callers)
    {
        private readonly ConcurrentDictionary<int, bool> met = new();

        public LinkFault Kind => kind;

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Meets(int callerPort) => callers is null || met.GetOrAdd(callerPort, callers);
    }
}

/// <summary>What happens to the bytes of all connections of a link.</summary>
internal sealed record LinkFault
{
    public static readonly LinkFault None = new();

    /// <summary>Nothing comes through, and nobody is told.</summary>
    public static readonly LinkFault Cut = new() { LosesRequests = true, LosesReplies = true };

    public bool LosesRequests { get; init; }

    public bool LosesReplies { get; init; }

    /// <summary>Every so many replies meet a reset connection; null: none.</summary>
    public int? ResetsEach { get; init; }

    /// <summary>Every so many replies come later by <see cref="Delay"/>; null: none.</summary>
    public int? DelaysEach { get; init; }

    public TimeSpan Delay { get; init; }
}
