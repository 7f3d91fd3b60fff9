using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The certificate authorities of the policy, from PEM (RFC 7468).</summary>
internal static class Authorities
{
    public static FrozenDictionary<string, CertificateAuthority> Read(PolicyConfig config, Mistakes mistakes) =>
        (config.CertificateAuthorities?.Members ?? []).ToFrozenDictionary(
            authority => authority.Key.Value, authority => ToModel(authority.Key.Value, authority.Value, mistakes), StringComparer.Ordinal);

    private static CertificateAuthority ToModel(string name, ConfigText pem, Mistakes mistakes)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem.Value);
        }
        catch (CryptographicException)
        {
            // There are none, which is the mistake.
        }

        PrivateKeys.AreIn(pem, mistakes);
        var roots = certificates.Where(IsSelfIssued).ToArray();
        if (roots.Length == 0)
        {
            mistakes.Add(pem.At, $"the certificate authority '{name}' has no root, expected certificates in PEM with a self-signed one among them");
        }

        return new CertificateAuthority
        {
            Name = name,
            Roots = new X509Certificate2Collection(roots),
            Intermediates = new X509Certificate2Collection(certificates.Except(roots).ToArray()),
        };
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
