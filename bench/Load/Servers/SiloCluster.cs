using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ExchangeCluster.Load.Workloads;

namespace ExchangeCluster.Load.Servers;

/// <summary>Silos that share a Redis of their own: the silos on the server's core, the Redis on the driver's.</summary>
internal sealed class SiloCluster : IDisposable
{
    private readonly Process redis;
    private readonly string directory = Directory.CreateTempSubdirectory("redis-").FullName;

    /// <param name="shop">Its policy.</param>
    /// <param name="parent">For logs.</param>
    /// <param name="size">Silos.</param>
    public SiloCluster(Shop shop, string parent, int size)
    {
        var endpoint = ServerProcess.FreeEndpoint();
        redis = Process.Start(new ProcessStartInfo(
            "redis-server",
            [
                "--port", endpoint.Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", directory, "--save", "",
                "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--logfile", Path.Combine(directory, "log"),
            ]))!;
        WaitFor(endpoint);
        var key = SiloServer.NewKeyEncryptionKey();
        SiloServer.Initialize(shop, directory, endpoint.ToString(), key);
        Silos = [.. Enumerable.Range(0, size).Select(_ => SiloServer.Start(shop, parent, Machine.ServerCore, endpoint.ToString(), key))];
        foreach (var silo in Silos)
        {
            silo.Process.WaitUntilListening();
        }
    }

    public IReadOnlyList<SiloServer> Silos { get; }

    public static bool IsPossible => Machine.Has("redis-server");

    /// <summary>In the order in which a cluster goes: the silos while their Redis is there.</summary>
    public void Dispose()
    {
        foreach (var silo in Silos)
        {
            silo.Dispose();
        }

        redis.Kill();
        redis.WaitForExit();
        redis.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private void WaitFor(IPEndPoint endpoint)
    {
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                socket.Connect(endpoint);
                return;
            }
            catch (SocketException) when (!redis.HasExited)
            {
                redis.WaitForExit(10);
            }
        }
    }
}
