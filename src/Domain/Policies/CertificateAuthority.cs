using System.Security.Cryptography.X509Certificates;

namespace ExchangeCluster.Domain.Policies;

/// <summary>A certificate authority that the policy names. It speaks for those services only whose credentials name it.</summary>
public sealed class CertificateAuthority
{
    public required string Name { get; init; }

    /// <summary>Self-issued certificates, at which a chain must end; at least one.</summary>
    public required X509Certificate2Collection Roots { get; init; }

    /// <summary>Certificates on the way there, which callers need not send.</summary>
    public required X509Certificate2Collection Intermediates { get; init; }

    public override string ToString() => Name;
}
