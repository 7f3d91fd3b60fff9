using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>certificate</c> of a service's credentials.</summary>
internal static class Certificates
{
    public const string Registered = "registered";

    /// <summary>SHA-256 in base64url without padding.</summary>
    private const int ThumbprintSize = 32;

    public static CertificateCredential? Read(
        CredentialsConfig credentials, FrozenDictionary<string, CertificateAuthority> authorities, Mistakes mistakes)
    {
        switch (credentials.Certificate?.Node)
        {
            case null:
                return null;
            case PolicyNode.Mapping mapping:
                return ToModel(ConfigBinder.Bind<CertificateConfig>(mapping, mistakes), authorities, mistakes);
            case PolicyNode.Scalar { Text: Registered } scalar:
                if (credentials is { JwksUri: null, JwksFile: null, Jwks: null })
                {
                    mistakes.Add(scalar.At, "no certificate can be registered without keys, expected jwks_uri, jwks_file or jwks beside it");
                }

                return new CertificateCredential.Registered();
            default:
                mistakes.Add(credentials.Certificate.At, $"which certificates count is not understood, expected {Registered} or a mapping");
                return null;
        }
    }

    private static CertificateCredential? ToModel(
        CertificateConfig config, FrozenDictionary<string, CertificateAuthority> authorities, Mistakes mistakes)
    {
        (CertificateNameKind Kind, ConfigText? Text)[] all =
        [
            (CertificateNameKind.SubjectDn, config.SubjectDn), (CertificateNameKind.SanDns, config.SanDns),
            (CertificateNameKind.SanUri, config.SanUri), (CertificateNameKind.SanIp, config.SanIp),
            (CertificateNameKind.SanEmail, config.SanEmail),
        ];
        (CertificateNameKind Kind, ConfigText? Text)[] names = [.. all.Where(name => name.Text is not null)];
        if (names.Length + (config.Thumbprints is null ? 0 : 1) != 1)
        {
            mistakes.Add(config.At, "the certificate is not named once, expected one of subject_dn, san_dns, san_uri, san_ip, san_email and thumbprints");
            return null;
        }

        return config.Thumbprints is { } thumbprints
            ? ReadThumbprints(thumbprints, config.IssuedBy, mistakes)
            : ReadIssued(new CertificateName(names[0].Kind, names[0].Text!.Value), names[0].Text!.At, config, authorities, mistakes);
    }

    private static CertificateCredential.Named ReadThumbprints(ConfigList<ConfigText> thumbprints, ConfigText? issuedBy, Mistakes mistakes)
    {
        if (issuedBy is not null)
        {
            mistakes.Add(issuedBy.At, "whoever issued it, the thumbprint names the certificate, expected no issued_by");
        }

        foreach (var thumbprint in thumbprints.Items)
        {
            if (!StrictBase64Url.TryDecode(thumbprint.Value, out var octets) || octets.Length != ThumbprintSize)
            {
                mistakes.Add(thumbprint.At, "this is not a thumbprint, expected the SHA-256 of the certificate in base64url (x5t#S256)");
            }
        }

        return new CertificateCredential.Named([.. thumbprints.Items.Select(thumbprint => thumbprint.Value)]);
    }

    private static CertificateCredential.Issued? ReadIssued(
        CertificateName name, Position at, CertificateConfig config, FrozenDictionary<string, CertificateAuthority> authorities, Mistakes mistakes)
    {
        if (!IsUsable(name))
        {
            mistakes.Add(at, "no certificate can have this name, expected a distinguished name with special characters in double quotes, or an alternative name in its canonical form without wildcard");
        }

        if (config.IssuedBy is not { } issuer)
        {
            mistakes.Add(config.At, "a name alone can be anybody's, expected issued_by with the name of a certificate authority");
            return null;
        }

        if (authorities.TryGetValue(issuer.Value, out var authority))
        {
            return new CertificateCredential.Issued(authority, name);
        }

        mistakes.AddUnknown(issuer.At, "the certificate authority", issuer.Value, "one of certificate_authorities", authorities.Keys);
        return null;
    }

    private static bool IsUsable(CertificateName name) => name.Kind switch
    {
        CertificateNameKind.SubjectDn => IsDistinguishedName(name.Value),
        CertificateNameKind.SanDns => Uri.CheckHostName(name.Value) == UriHostNameType.Dns,
        CertificateNameKind.SanIp => IsCanonicalAddress(name.Value),
        CertificateNameKind.SanUri => Uri.TryCreate(name.Value, UriKind.Absolute, out _),
        _ => name.Value.Contains('@', StringComparison.Ordinal),
    };

    /// <summary>The platform knows quoted special characters, and would take the backslashes of RFC 4514 for themselves.</summary>
    private static bool IsDistinguishedName(string text)
    {
        try
        {
            return !text.Contains('\\', StringComparison.Ordinal) && new X500DistinguishedName(text).EnumerateRelativeDistinguishedNames().Any();
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool IsCanonicalAddress(string text) => Uri.CheckHostName(text) switch
    {
        UriHostNameType.IPv4 => new Uri($"https://{text}").Host == text,
        UriHostNameType.IPv6 => new Uri($"https://[{text}]").IdnHost == text,
        _ => false,
    };
}
