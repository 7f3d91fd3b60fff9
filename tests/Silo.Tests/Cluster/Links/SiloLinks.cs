using System.Globalization;
using System.Net;
using ExchangeCluster.Silo.Configuration;

namespace ExchangeCluster.Silo.Tests.Cluster.Links;

/// <summary>The network of one silo: its way to the store, and the way of other silos to it.</summary>
internal sealed class SiloLinks : IAsyncDisposable
{
    /// <summary>Where a silo is advertised that listens, at the same port, on the first loopback address.</summary>
    private static readonly IPAddress Advertised = IPAddress.Parse("127.0.0.2");

    private readonly int siloPort = FreePort.Find();

    public SiloLinks(int redisPort)
    {
        Store = TcpProxy.Start(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Loopback, redisPort));
        Peers = TcpProxy.Start(new IPEndPoint(Advertised, siloPort), new IPEndPoint(IPAddress.Loopback, siloPort));
    }

    public TcpProxy Store { get; }

    /// <summary>What others dial; what it dials itself goes by theirs.</summary>
    public TcpProxy Peers { get; }

    public IEnumerable<string> Settings =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--ExchangeCluster:Redis=127.0.0.1:{Store.Port}"),
        string.Create(CultureInfo.InvariantCulture, $"--ExchangeCluster:SiloPort={siloPort}"),
        $"--ExchangeCluster:SiloAddress={Advertised}",
        string.Create(CultureInfo.InvariantCulture, $"--Orleans:Endpoints:SiloListeningEndpoint=127.0.0.1:{siloPort}"),
    ];

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Peers.DisposeAsync();
    }
}
