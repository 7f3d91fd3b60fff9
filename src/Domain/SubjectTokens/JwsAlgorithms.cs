using System.Collections.Immutable;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// The JWS algorithms that may verify a signature here (RFC 7518 section 3.1): asymmetric only. <c>none</c> and the HMAC
/// family are not in the list, so a public key can never serve as a shared secret (RFC 8725 sections 3.1 and 3.2).
/// </summary>
internal static class JwsAlgorithms
{
    public static readonly ImmutableArray<string> Rsa =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    /// <summary>Each curve with its only algorithm (RFC 7518 section 3.4) and the octets of one coordinate.</summary>
    private static readonly ImmutableArray<EllipticCurve> Curves =
    [
        new(JsonWebKeyECTypes.P256, SecurityAlgorithms.EcdsaSha256, 32),
        new(JsonWebKeyECTypes.P384, SecurityAlgorithms.EcdsaSha384, 48),
        new(JsonWebKeyECTypes.P521, SecurityAlgorithms.EcdsaSha512, 66),
    ];

    public static bool IsSupported(string algorithm) => Rsa.Contains(algorithm) || OfAlgorithm(algorithm) is not null;

    public static EllipticCurve? OfCurve(string curve) => Curves.FirstOrDefault(known => known.Name == curve);

    /// <summary>Null for an algorithm that is not ECDSA.</summary>
    public static EllipticCurve? OfAlgorithm(string algorithm) => Curves.FirstOrDefault(known => known.Algorithm == algorithm);
}

/// <param name="Name">The <c>crv</c> of RFC 7518 section 6.2.1.1.</param>
/// <param name="Algorithm">The <c>alg</c> that uses it.</param>
/// <param name="CoordinateSize">Octets of x, y, r and s each.</param>
internal sealed record EllipticCurve(string Name, string Algorithm, int CoordinateSize);
