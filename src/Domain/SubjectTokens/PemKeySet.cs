using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Reads certificates and public keys (RFC 7468) as a JWK Set, so that all keys go one way. Of a certificate only the key
/// counts, as in SAML metadata: the policy trusts it, not who signed it or until when.
/// </summary>
public static class PemKeySet
{
    private const string Certificate = "CERTIFICATE";
    private const string PublicKey = "PUBLIC KEY";

    /// <summary>True for a text that is to be read as PEM and not as a JWK Set.</summary>
    public static bool IsPem(string text) => text.AsSpan().TrimStart().StartsWith("-----BEGIN ", StringComparison.Ordinal);

    /// <exception cref="FormatException">It holds none, too many, or something else than certificates and public keys of RSA. Nothing is quoted.</exception>
    public static string ToJwks(string pem)
    {
        var keys = new JsonArray();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            keys.Add(ToJwk(rest[fields.Label].ToString(), Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            rest = rest[fields.Location.End..];
        }

        return keys.Count == 0 ? throw new FormatException("There is no PEM in it.")
            : keys.Count > KeySet.MaxKeys ? throw new FormatException("There are too many keys in it.")
            : new JsonObject { ["keys"] = keys }.ToJsonString();
    }

    private static JsonObject ToJwk(string label, byte[] der)
    {
        try
        {
            using var rsa = label switch
            {
                Certificate => KeyOf(der),
                PublicKey => Import(der),
                _ => throw new FormatException("There is something else in it than certificates and public keys."),
            };
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = Base64Url.EncodeToString(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())),
                ["n"] = Base64Url.EncodeToString(parameters.Modulus),
                ["e"] = Base64Url.EncodeToString(parameters.Exponent),
            };
        }
        catch (CryptographicException e)
        {
            throw new FormatException("A certificate or key can't be decoded.", e);
        }
    }

    private static RSA KeyOf(byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        return certificate.GetRSAPublicKey() ?? throw new FormatException("A key is not RSA.");
    }

    private static RSA Import(byte[] der)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportSubjectPublicKeyInfo(der, out _);
            return rsa;
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }
}
