using ExchangeCluster.Transport;
using Orleans.Configuration;

namespace ExchangeCluster.Client.Orleans;

/// <summary>Connects an Orleans client to gateways that want mutual TLS.</summary>
public static class ClientMutualTls
{
    /// <param name="client">To be connected.</param>
    /// <param name="certificateFile">PEM: a certificate of the cluster's authority, and its private key.</param>
    /// <param name="authorityFile">PEM: the certificates of that authority.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file is not what it should be.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static IClientBuilder UseMutualTls(this IClientBuilder client, string certificateFile, string authorityFile)
    {
        var tls = MutualTls.FromPemFiles(certificateFile, authorityFile);
        return client.Configure<ClientConnectionOptions>(options => options.ConfigureConnection(tls.UseAsClient));
    }
}
