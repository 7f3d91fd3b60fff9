using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ExchangeCluster.Load.Driving;

/// <summary>A kept connection with at most one request on its way. Not thread-safe: one thread drives all connections.</summary>
internal sealed class Connection(IPEndPoint server) : IDisposable
{
    private static readonly byte[] EndOfChunks = "0\r\n\r\n"u8.ToArray();

    private readonly byte[] buffer = new byte[64 * 1024];
    private int received;

    public Socket Socket { get; private set; } = Connect(server);

    /// <summary>When the request on its way should have been sent, in ticks of the clock of the run.</summary>
    public long Due { get; private set; }

    /// <summary>The whole of the last response.</summary>
    public string ResponseText => Encoding.ASCII.GetString(buffer, 0, received);

    public int Status => int.Parse(buffer.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    public void Send(byte[] request, long due)
    {
        Due = due;
        received = 0;

        // The kernel's buffer is empty when nothing is on its way, and larger than any request.
        if (Socket.Send(request) != request.Length)
        {
            throw new IOException("A request did not fit into the socket's buffer.");
        }
    }

    /// <summary>Takes what has arrived; true once that is the whole response.</summary>
    public bool Receive()
    {
        var count = Socket.Receive(buffer.AsSpan(received), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success || count == 0)
        {
            throw new IOException($"The server closed a connection ({error}).");
        }

        received += count;
        var response = buffer.AsSpan(0, received);
        var head = response.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        var length = LengthOf(response[..head]);
        return length is null ? response.EndsWith(EndOfChunks) : received >= head + 4 + length;
    }

    /// <summary>Servers close connections that are idle for long, as between two rounds.</summary>
    public void Reopen()
    {
        if (Socket.Poll(0, SelectMode.SelectRead))
        {
            Socket.Dispose();
            Socket = Connect(server);
        }
    }

    public void Dispose() => Socket.Dispose();

    private static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        socket.Blocking = false;
        return socket;
    }

    /// <summary>Null for a chunked response.</summary>
    private static int? LengthOf(ReadOnlySpan<byte> head)
    {
        var name = head.IndexOf("ontent-"u8) is >= 0 ? IndexOfLength(head) : -1;
        if (name < 0)
        {
            return null;
        }

        var value = head[(name + 16)..];
        var end = value.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static int IndexOfLength(ReadOnlySpan<byte> head)
    {
        var index = head.IndexOf("Content-Length: "u8);
        return index >= 0 ? index : head.IndexOf("content-length: "u8);
    }
}
