using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies;

/// <summary>Which TLS client certificates prove that a caller is the service (RFC 8705 section 2).</summary>
public abstract record CertificateCredential
{
    private CertificateCredential()
    {
    }

    /// <summary><c>tls_client_auth</c>: one that <paramref name="Authority"/> issued to <paramref name="Name"/>.</summary>
    public sealed record Issued(CertificateAuthority Authority, CertificateName Name) : CertificateCredential;

    /// <summary><c>self_signed_tls_client_auth</c>: one whose SHA-256 (base64url) is named, whoever issued it.</summary>
    public sealed record Named(ImmutableArray<string> Thumbprints) : CertificateCredential;

    /// <summary><c>self_signed_tls_client_auth</c>: one that stands in the service's JWK Set, as the first of an <c>x5c</c>.</summary>
    public sealed record Registered : CertificateCredential;
}

/// <summary>The one name by which a certificate is known (RFC 8705 section 2.1.2).</summary>
public sealed record CertificateName(CertificateNameKind Kind, string Value);

/// <summary>Where that name stands in the certificate.</summary>
public enum CertificateNameKind
{
    SubjectDn,
    SanDns,
    SanUri,
    SanIp,
    SanEmail,
}
