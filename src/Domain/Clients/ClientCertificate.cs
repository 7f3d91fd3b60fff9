using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ExchangeCluster.Domain.Clients;

/// <summary>The certificate whose private key the caller proved in the TLS handshake; nothing else of it is judged.</summary>
public sealed class ClientCertificate(X509Certificate2 value)
{
    public X509Certificate2 Value { get; } = value;

    /// <summary>SHA-256 of the certificate in DER, base64url (RFC 8705 section 3.1).</summary>
    public string Thumbprint { get; } = ThumbprintOf(value.RawDataMemory.Span);

    /// <param name="der">A certificate.</param>
    public static string ThumbprintOf(ReadOnlySpan<byte> der) => Base64Url.EncodeToString(SHA256.HashData(der));

    /// <summary>Whether it is neither expired nor not yet valid.</summary>
    public bool IsCurrent(DateTimeOffset now) => new DateTimeOffset(Value.NotBefore) <= now && now <= new DateTimeOffset(Value.NotAfter);

    /// <summary>Hides whose it is.</summary>
    public override string ToString() => nameof(ClientCertificate);
}
