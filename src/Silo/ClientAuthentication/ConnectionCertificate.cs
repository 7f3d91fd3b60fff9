using ExchangeCluster.Domain.Clients;

namespace ExchangeCluster.Silo.ClientAuthentication;

/// <summary>The client certificate of a connection, where the listener asks for one.</summary>
internal static class ConnectionCertificate
{
    /// <summary>Null where the caller sent none. Only our own TLS handshake counts: no header can say what it proved.</summary>
    public static ClientCertificate? ClientCertificate(this HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate ? new ClientCertificate(certificate) : null;
}
