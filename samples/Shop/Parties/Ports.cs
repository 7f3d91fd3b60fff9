using System.Net;
using System.Net.Sockets;

namespace ExchangeCluster.Samples.Shop.Parties;

internal static class Ports
{
    /// <summary>An address of this machine where nobody listens.</summary>
    public static Uri FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri($"http://{probe.LocalEndpoint}");
    }
}
