using System.Security.Cryptography;
using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.Keys;

/// <summary>One key of the ring in all its forms: it signs, it verifies, and others read its public half.</summary>
public sealed class RingKey : IScheduledKey
{
    /// <summary>Enough until 2030 (NIST SP 800-57 part 1); longer keys only make RS256 slower, and ES256 is the default.</summary>
    private const int RsaKeyBits = 2048;

    private RingKey(SigningKeyRecord record, SecurityKey privateKey, SecurityKey publicKey, JsonWebKey publicJwk)
    {
        PublishedAt = record.PublishedAt;
        SignsFrom = record.SignsFrom;
        PublicJwk = publicJwk;
        Signing = new SigningKey(record.KeyId, record.Algorithm, new SigningCredentials(privateKey, record.Algorithm));
        Verification = new VerificationKey(record.KeyId, publicKey, [record.Algorithm]);
    }

    public string KeyId => Signing.KeyId;

    public string Algorithm => Signing.Algorithm;

    public DateTimeOffset PublishedAt { get; }

    public DateTimeOffset SignsFrom { get; }

    public VerificationKey Verification { get; }

    internal SigningKey Signing { get; }

    internal JsonWebKey PublicJwk { get; }

    /// <summary>A fresh key and its timetable.</summary>
    public static SigningKeyRecord Generate(string algorithm, DateTimeOffset publishedAt, DateTimeOffset signsFrom)
    {
        using AsymmetricAlgorithm key = algorithm switch
        {
            SecurityAlgorithms.EcdsaSha256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            SecurityAlgorithms.RsaSha256 => RSA.Create(RsaKeyBits),
            _ => throw UnknownAlgorithm(algorithm),
        };
        return new SigningKeyRecord
        {
            KeyId = Thumbprint(PublicHalf(key)),
            Algorithm = algorithm,
            PrivateKey = key.ExportPkcs8PrivateKey(),
            PublishedAt = publishedAt,
            SignsFrom = signsFrom,
        };
    }

    /// <exception cref="FormatException">Key, algorithm and key id do not belong together.</exception>
    internal static RingKey Import(SigningKeyRecord record)
    {
        // Not disposed: a request may still be signing with it when a newer ring takes over. Its handle is finalised.
        AsymmetricAlgorithm key = record.Algorithm switch
        {
            SecurityAlgorithms.EcdsaSha256 => ECDsa.Create(),
            SecurityAlgorithms.RsaSha256 => RSA.Create(),
            _ => throw UnknownAlgorithm(record.Algorithm),
        };
        try
        {
            key.ImportPkcs8PrivateKey(record.PrivateKey, out var read);
            var expectedBits = record.Algorithm == SecurityAlgorithms.EcdsaSha256 ? 256 : RsaKeyBits;
            if (read != record.PrivateKey.Length || key.KeySize < expectedBits)
            {
                throw Mismatch();
            }
        }
        catch (CryptographicException)
        {
            throw Mismatch();
        }

        var publicKey = PublicHalf(key);
        if (!string.Equals(Thumbprint(publicKey), record.KeyId, StringComparison.Ordinal))
        {
            throw Mismatch();
        }

        publicKey.KeyId = record.KeyId;
        SecurityKey privateKey = key is ECDsa ec ? new ECDsaSecurityKey(ec) : new RsaSecurityKey((RSA)key);
        privateKey.KeyId = record.KeyId;
        return new RingKey(record, privateKey, publicKey, JsonWebKeyConverter.ConvertFromSecurityKey(publicKey));
    }

    private static SecurityKey PublicHalf(AsymmetricAlgorithm key) => key switch
    {
        ECDsa ec => new ECDsaSecurityKey(ECDsa.Create(ec.ExportParameters(includePrivateParameters: false))),
        RSA rsa => new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)),
        _ => throw UnknownAlgorithm(key.GetType().Name),
    };

    private static string Thumbprint(SecurityKey publicKey) => Base64UrlEncoder.Encode(publicKey.ComputeJwkThumbprint());

    private static FormatException Mismatch() => new("A key record's key, algorithm and key id do not belong together.");

    private static FormatException UnknownAlgorithm(string algorithm) => new($"No keys are made for the algorithm '{algorithm}'.");
}
