using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace ExchangeCluster.Transport;

/// <summary>
/// TLS on every connection between silos and to gateways, with a certificate of the cluster's own authority on both ends. Whoever
/// has such a certificate may call any grain, so the authority issues for silos and their Orleans clients, and for nothing else.
/// </summary>
/// <remarks>
/// Names are not compared: silos dial addresses, and every holder of a certificate is as trusted as any other. Certificates
/// for a certain use (extended key usage) must be for both, TLS servers and TLS clients.
/// </remarks>
public sealed class MutualTls
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly X509Certificate2 own;
    private readonly X509Certificate2Collection authorities;

    private MutualTls(X509Certificate2 own, X509Certificate2Collection authorities) => (this.own, this.authorities) = (own, authorities);

    /// <param name="certificateFile">PEM: the own certificate and its private key.</param>
    /// <param name="authorityFile">PEM: the certificates of the authority; several while one replaces another.</param>
    /// <exception cref="CryptographicException">A file is not what it should be. The message holds no key.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static MutualTls FromPemFiles(string certificateFile, string authorityFile)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(authorityFile);
        return roots.Count > 0
            ? new MutualTls(X509Certificate2.CreateFromPemFile(certificateFile), roots)
            : throw new CryptographicException("There is no certificate in the file of the authority.");
    }

    /// <summary>For connections that others open. Wants a certificate of the authority.</summary>
    public void UseAsServer(IConnectionBuilder connections) => Use(connections, (stream, cancellation) => stream.AuthenticateAsServerAsync(
        new SslServerAuthenticationOptions
        {
            ServerCertificate = own,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = IsAcceptable,
            CertificateChainPolicy = ChainPolicy(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        },
        cancellation));

    /// <summary>For connections that this process opens.</summary>
    public void UseAsClient(IConnectionBuilder connections) => Use(connections, (stream, cancellation) => stream.AuthenticateAsClientAsync(
        new SslClientAuthenticationOptions
        {
            TargetHost = string.Empty,
            ClientCertificates = [own],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => own,
            RemoteCertificateValidationCallback = IsAcceptable,
            CertificateChainPolicy = ChainPolicy(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        },
        cancellation));

    /// <summary>A chain that ends at the authority; nothing else can be wrong with it but the name.</summary>
    private static bool IsAcceptable(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static void Use(IConnectionBuilder connections, Func<SslStream, CancellationToken, Task> handshake) =>
        connections.Use(next => async connection =>
        {
            var transport = connection.Transport;
            var stream = new SslStream(new DuplexStream(transport), leaveInnerStreamOpen: false);
            await using (stream.ConfigureAwait(false))
            {
                // A peer that is silent must not hold a connection for ever.
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
                timeout.CancelAfter(HandshakeTimeout);
                await handshake(stream, timeout.Token).ConfigureAwait(false);
                connection.Transport = new DuplexPipe(PipeReader.Create(stream), PipeWriter.Create(stream));
                try
                {
                    await next(connection).ConfigureAwait(false);
                }
                finally
                {
                    connection.Transport = transport;
                }
            }
        });

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
