using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace ExchangeCluster.TestKit;

/// <summary>A certificate authority, root or intermediate, and certificates without one.</summary>
public sealed class TestAuthority
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    public static DateTimeOffset Start { get; } = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset End { get; } = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TestAuthority Create(string subject, DateTimeOffset? start = null, DateTimeOffset? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestAuthority(RequestOf(subject, key, isAuthority: true).CreateSelfSigned(start ?? Start, end ?? End));
    }

    /// <summary>A certificate that vouches for itself alone.</summary>
    public static X509Certificate2 SelfSigned(string subject, DateTimeOffset? start = null, DateTimeOffset? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return RequestOf(subject, key, isAuthority: false).CreateSelfSigned(start ?? Start, end ?? End);
    }

    /// <summary>The policy's text for it: PEM of these, as a JSON string, which YAML takes too.</summary>
    public static string ToPolicy(params TestAuthority[] authorities) =>
        "\"" + string.Join("\\n", authorities.Select(authority => authority.Pem.ReplaceLineEndings("\\n"))) + "\"";

    /// <summary>A JWK Set whose only key is that of the certificate, with <c>x5c</c>.</summary>
    public static string JwksOf(X509Certificate2 certificate)
    {
        var point = certificate.GetECDsaPublicKey()!.ExportParameters(includePrivateParameters: false).Q;
        var jwk = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
            ["kid"] = "of-the-certificate",
            ["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)),
        };
        return new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString();
    }

    public TestAuthority CreateIntermediate(string subject) => new(Issue(subject, isAuthority: true));

    /// <summary>A certificate with its private key.</summary>
    /// <param name="subject">Its distinguished name; may be empty.</param>
    /// <param name="names">Adds subject alternative names.</param>
    /// <param name="start">Null: long ago.</param>
    /// <param name="end">Null: in the far future.</param>
    /// <param name="usage">What it is for, extended key usage; null: TLS clients.</param>
    /// <param name="isAuthority">Whether it may issue in turn.</param>
    public X509Certificate2 Issue(
        string subject,
        Action<SubjectAlternativeNameBuilder>? names = null,
        DateTimeOffset? start = null,
        DateTimeOffset? end = null,
        string? usage = ClientAuthentication,
        bool isAuthority = false) =>
        Issue(new X500DistinguishedName(subject), names, start, end, usage, isAuthority);

    public X509Certificate2 Issue(
        X500DistinguishedName subject,
        Action<SubjectAlternativeNameBuilder>? names = null,
        DateTimeOffset? start = null,
        DateTimeOffset? end = null,
        string? usage = ClientAuthentication,
        bool isAuthority = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = RequestOf(subject, key, isAuthority);
        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }

        if (usage is not null && !isAuthority)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        }

        using var certificate = request.Create(Certificate, start ?? Start, end ?? End, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    private static CertificateRequest RequestOf(string subject, ECDsa key, bool isAuthority) =>
        RequestOf(new X500DistinguishedName(subject), key, isAuthority);

    private static CertificateRequest RequestOf(X500DistinguishedName subject, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        return request;
    }
}
