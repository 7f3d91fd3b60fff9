using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using ExchangeCluster.Domain.Clients;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Reads one JWK (RFC 7517 section 4) into a key that may verify signatures. Only the members that were checked reach the
/// crypto library: it gets a new key, not the publisher's.
/// </summary>
internal static class JwkReader
{
    /// <summary>Longest <c>kid</c>, in characters.</summary>
    public const int MaxKeyIdLength = 256;

    private const int MinRsaBits = 2048;

    /// <summary>Verification time grows with the square of it.</summary>
    private const int MaxRsaBits = 8192;

    /// <summary>Null and a key, or why the key can't be used.</summary>
    public static string? Read(JsonElement jwk, out VerificationKey? key)
    {
        key = null;
        if (jwk.ValueKind != JsonValueKind.Object)
        {
            return "not an object";
        }

        if (!TryReadKeyId(jwk, out var keyId))
        {
            return "kid is not a string of 1 to 256 characters";
        }

        if (jwk.TryGetProperty("d", out _))
        {
            return "its private half is published";
        }

        if (!IsForVerification(jwk))
        {
            return "not for signatures (use or key_ops)";
        }

        var problem = StringOf(jwk, "kty") switch
        {
            "RSA" => ReadRsa(jwk, out key),
            "EC" => ReadEc(jwk, out key),
            _ => "kty is not RSA or EC",
        };
        if (key is not null)
        {
            key.Key.KeyId = keyId;
            key = key with { KeyId = keyId, CertificateThumbprint = ThumbprintOfCertificate(jwk) };
        }

        return problem;
    }

    private static string? ReadRsa(JsonElement jwk, out VerificationKey? key)
    {
        key = null;
        if (!TryReadOctets(jwk, "n", out var n) || !TryReadOctets(jwk, "e", out var e))
        {
            return "n or e is not base64url";
        }

        var modulus = new BigInteger(n, isUnsigned: true, isBigEndian: true);
        var exponent = new BigInteger(e, isUnsigned: true, isBigEndian: true);
        if (modulus.GetBitLength() is < MinRsaBits or > MaxRsaBits)
        {
            return $"the RSA modulus is not of {MinRsaBits} to {MaxRsaBits} bits";
        }

        if (modulus.IsEven || exponent.IsEven || exponent.IsOne || exponent.GetBitLength() > 64)
        {
            return "the RSA modulus or exponent is weak";
        }

        if (RocaFingerprint.Matches(modulus))
        {
            return "the RSA key is weak (CVE-2017-15361)";
        }

        if (!TryReadAlgorithms(jwk, JwsAlgorithms.Rsa, out var algorithms))
        {
            return "alg does not fit kty";
        }

        var parameters = new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.RSA,
            N = Base64Url.EncodeToString(modulus.ToByteArray(isUnsigned: true, isBigEndian: true)),
            E = Base64Url.EncodeToString(exponent.ToByteArray(isUnsigned: true, isBigEndian: true)),
        };
        key = new VerificationKey(null, parameters, algorithms);
        return null;
    }

    private static string? ReadEc(JsonElement jwk, out VerificationKey? key)
    {
        key = null;
        if (StringOf(jwk, "crv") is not { } name || JwsAlgorithms.OfCurve(name) is not { } curve)
        {
            return "crv is not P-256, P-384 or P-521";
        }

        if (!TryReadOctets(jwk, "x", out var x) || !TryReadOctets(jwk, "y", out var y)
            || x.Length != curve.CoordinateSize || y.Length != curve.CoordinateSize)
        {
            return "x or y is not base64url of the curve's size";
        }

        if (!IsOnCurve(curve, x, y))
        {
            return "the point is not on the curve";
        }

        if (!TryReadAlgorithms(jwk, [curve.Algorithm], out var algorithms))
        {
            return "alg does not fit crv";
        }

        var parameters = new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = curve.Name,
            X = Base64Url.EncodeToString(x),
            Y = Base64Url.EncodeToString(y),
        };
        key = new VerificationKey(null, parameters, algorithms);
        return null;
    }

    private static bool IsOnCurve(EllipticCurve curve, byte[] x, byte[] y)
    {
        try
        {
            using var ec = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.CreateFromFriendlyName("nist" + curve.Name.Replace("-", "", StringComparison.Ordinal)),
                Q = new ECPoint { X = x, Y = y },
            });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>
    /// Of the first of <c>x5c</c> (RFC 7517 section 4.7), by which a client may be known (RFC 8705 section 2.2.2). The publisher
    /// vouches for it here as it does for the key.
    /// </summary>
    private static string? ThumbprintOfCertificate(JsonElement jwk) =>
        jwk.TryGetProperty("x5c", out var chain) && chain.ValueKind == JsonValueKind.Array && chain.GetArrayLength() > 0
            && chain[0].ValueKind == JsonValueKind.String && chain[0].TryGetBytesFromBase64(out var der)
            ? ClientCertificate.ThumbprintOf(der)
            : null;

    private static bool TryReadKeyId(JsonElement jwk, out string? keyId)
    {
        keyId = StringOf(jwk, "kid");
        return keyId is null ? !jwk.TryGetProperty("kid", out _) : keyId.Length is > 0 and <= MaxKeyIdLength;
    }

    /// <summary>RFC 7517 sections 4.2 and 4.3: both members are optional, and both must agree.</summary>
    private static bool IsForVerification(JsonElement jwk) =>
        (!jwk.TryGetProperty("use", out _) || StringOf(jwk, "use") == "sig")
        && (!jwk.TryGetProperty("key_ops", out var operations)
            || (operations.ValueKind == JsonValueKind.Array
                && operations.EnumerateArray().Any(operation => operation.ValueKind == JsonValueKind.String && operation.ValueEquals("verify"))));

    /// <summary>The algorithm that the key names, else every one that its type can do.</summary>
    private static bool TryReadAlgorithms(JsonElement jwk, ImmutableArray<string> possible, out ImmutableArray<string> algorithms)
    {
        algorithms = possible;
        if (!jwk.TryGetProperty("alg", out _))
        {
            return true;
        }

        var named = StringOf(jwk, "alg");
        algorithms = [.. possible.Where(algorithm => algorithm == named)];
        return !algorithms.IsEmpty;
    }

    private static bool TryReadOctets(JsonElement jwk, string member, [NotNullWhen(true)] out byte[]? octets)
    {
        octets = null;
        return StringOf(jwk, member) is { Length: > 0 } text && StrictBase64Url.TryDecode(text, out octets);
    }

    private static string? StringOf(JsonElement jwk, string member) =>
        jwk.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
