using System.Net;
using System.Net.Sockets;

namespace ExchangeCluster.Load.Driving;

/// <summary>What one round came to, as the callers saw it.</summary>
/// <param name="Elapsed">Between the first request and the last response.</param>
/// <param name="Statuses">Responses by status.</param>
internal sealed record Answers(Latencies Latencies, TimeSpan Elapsed, IReadOnlyDictionary<int, int> Statuses)
{
    public int Count => Latencies.Count;

    public double PerSecond => Count / Elapsed.TotalSeconds;
}

/// <summary>
/// Drives servers over kept connections from one thread. Closed loop: every connection asks again as soon as it is answered. Open
/// loop: requests fall due as a Poisson process whatever the server does, wait for a free connection if need be, and their
/// latency counts from when they were due, so that a server that stalls can't hide it (coordinated omission).
/// </summary>
internal sealed class Driver : IDisposable
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly Connection[] connections;
    private readonly Dice dice = new(1);

    /// <param name="servers">Connections are spread over them; each request takes one at random.</param>
    /// <param name="size">Connections in all.</param>
    public Driver(IReadOnlyList<IPEndPoint> servers, int size) =>
        connections = [.. Enumerable.Range(0, size).Select(i => new Connection(servers[i % servers.Count]))];

    /// <summary>One request, alone.</summary>
    public (int Status, string Text) Ask(byte[] request)
    {
        var connection = connections[0];
        connection.Reopen();
        connection.Send(request, 0);
        while (!connection.Socket.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead) || !connection.Receive())
        {
        }

        return (connection.Status, connection.ResponseText);
    }

    /// <param name="next">The next request; null when there are no more.</param>
    public Answers ClosedLoop(Func<byte[]?> next, TimeSpan duration) => Run(next, duration, interval: null);

    /// <param name="perSecond">Requests that fall due a second, on average.</param>
    public Answers OpenLoop(Func<byte[]?> next, TimeSpan duration, double perSecond) => Run(next, duration, Clock.TimestampFrequency / perSecond);

    public void Dispose()
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    private Answers Run(Func<byte[]?> next, TimeSpan duration, double? interval)
    {
        foreach (var connection in connections)
        {
            connection.Reopen();
        }

        var (latencies, statuses) = (new Latencies(), new Dictionary<int, int>());
        var (free, busy) = (new List<Connection>(connections), new List<Connection>());
        var ready = new List<Socket>();
        var bySocket = connections.ToDictionary(connection => connection.Socket);
        var start = Clock.GetTimestamp();
        var end = start + (long)(duration.TotalSeconds * Clock.TimestampFrequency);
        double due = start;
        while (true)
        {
            var now = Clock.GetTimestamp();
            while (now < end && free.Count > 0 && (interval is null || due <= now))
            {
                if (next() is not { } request)
                {
                    end = now;
                    break;
                }

                var connection = Take(free);
                connection.Send(request, interval is null ? now : (long)due);
                busy.Add(connection);
                due += interval is { } mean ? dice.Exponential(mean) : 0;
                now = Clock.GetTimestamp();
            }

            if (busy.Count == 0)
            {
                if (now >= end)
                {
                    return new Answers(latencies, Clock.GetElapsedTime(start), statuses);
                }

                continue;
            }

            ready.Clear();
            ready.AddRange(busy.Select(connection => connection.Socket));
            Socket.Select(ready, null, null, microSeconds: interval is null ? 100_000 : 0);
            foreach (var connection in ready.Select(socket => bySocket[socket]))
            {
                if (connection.Receive())
                {
                    latencies.Add(Clock.GetTimestamp() - connection.Due);
                    statuses[connection.Status] = statuses.GetValueOrDefault(connection.Status) + 1;
                    busy.Remove(connection);
                    free.Add(connection);
                }
            }
        }
    }

    /// <summary>A free connection at random: of several servers, one at random.</summary>
    private Connection Take(List<Connection> free)
    {
        var index = dice.Below(free.Count);
        var connection = free[index];
        free[index] = free[^1];
        free.RemoveAt(free.Count - 1);
        return connection;
    }
}
