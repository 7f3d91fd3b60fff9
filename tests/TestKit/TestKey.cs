using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ExchangeCluster.TestKit;

/// <summary>
/// A key pair that signs with the base class library alone, so that tests don't share a signing path with the product.
/// </summary>
public sealed class TestKey
{
    private readonly AsymmetricAlgorithm pair;

    private TestKey(string keyId, string algorithm, AsymmetricAlgorithm pair)
    {
        KeyId = keyId;
        Algorithm = algorithm;
        this.pair = pair;
    }

    public string KeyId { get; }

    /// <summary><c>ES256</c>, <c>ES384</c>, <c>RS256</c>, <c>RS512</c> or <c>PS256</c>.</summary>
    public string Algorithm { get; }

    public static TestKey Create(string algorithm = "ES256", string keyId = "key-1", int rsaBits = 2048) => new(keyId, algorithm, algorithm switch
    {
        "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "RS256" or "RS512" or "PS256" => RSA.Create(rsaBits),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    });

    /// <summary>The same key pair under another id or algorithm of its kind.</summary>
    public TestKey As(string? keyId = null, string? algorithm = null) => new(keyId ?? KeyId, algorithm ?? Algorithm, pair);

    /// <summary>The raw JWS signature (RFC 7518 section 3).</summary>
    public byte[] Sign(byte[] signingInput) => (pair, Algorithm) switch
    {
        (ECDsa ec, "ES256") => ec.SignData(signingInput, HashAlgorithmName.SHA256),
        (ECDsa ec, "ES384") => ec.SignData(signingInput, HashAlgorithmName.SHA384),
        (RSA rsa, "RS256") => rsa.SignData(signingInput, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        (RSA rsa, "RS512") => rsa.SignData(signingInput, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        (RSA rsa, "PS256") => rsa.SignData(signingInput, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        _ => throw new InvalidOperationException("The key can't sign with this algorithm."),
    };

    /// <summary>The public half (RFC 7517), with <c>kid</c>, <c>alg</c> and <c>use</c>.</summary>
    public JsonObject PublicJwk()
    {
        var jwk = new JsonObject { ["kid"] = KeyId, ["alg"] = Algorithm, ["use"] = "sig" };
        if (pair is ECDsa ec)
        {
            var point = ec.ExportParameters(includePrivateParameters: false).Q;
            jwk["kty"] = "EC";
            jwk["crv"] = Algorithm == "ES384" ? "P-384" : "P-256";
            jwk["x"] = Base64Url.EncodeToString(point.X);
            jwk["y"] = Base64Url.EncodeToString(point.Y);
        }
        else
        {
            var rsa = ((RSA)pair).ExportParameters(includePrivateParameters: false);
            jwk["kty"] = "RSA";
            jwk["n"] = Base64Url.EncodeToString(rsa.Modulus);
            jwk["e"] = Base64Url.EncodeToString(rsa.Exponent);
        }

        return jwk;
    }

    /// <summary>Both halves (RFC 7517); elliptic curves only.</summary>
    public JsonObject PrivateJwk()
    {
        var jwk = PublicJwk();
        jwk["d"] = Base64Url.EncodeToString(((ECDsa)pair).ExportParameters(includePrivateParameters: true).D);
        return jwk;
    }

    /// <summary>The public key as PEM, the classic wrong secret for HS256.</summary>
    public string PublicPem() => pair.ExportSubjectPublicKeyInfoPem();

    /// <summary>The public key as DER SubjectPublicKeyInfo.</summary>
    public byte[] PublicDer() => pair.ExportSubjectPublicKeyInfo();
}
