using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.ProofOfPossession;

/// <summary>The checks of a DPoP proof (RFC 9449 section 4.3), except that it is used once.</summary>
public static class DpopProof
{
    /// <summary>How old a proof may be. So long, and the skew, must its id be remembered.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    /// <summary>How far the caller's clock may be ahead.</summary>
    public static readonly TimeSpan ClockSkew = SubjectTokenValidator.ClockSkew;

    /// <summary>JWS algorithms that a proof may use.</summary>
    public static readonly ImmutableArray<string> Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256,
    ];

    private const int MaxJwtIdLength = 256;

    /// <param name="proof">The only value of the DPoP header.</param>
    /// <param name="expected">What the proof must have been made for.</param>
    /// <param name="secret">Made the nonces.</param>
    /// <param name="now">The time to judge by.</param>
    public static DpopOutcome Validate(string proof, DpopExpectation expected, ClusterSecret secret, DateTimeOffset now)
    {
        if (JwsReader.ReadWithKey(proof, out var jws, out var jwk) is { } malformed)
        {
            return Refused(malformed.Detail);
        }

        if (jws!.Header.Type != TokenMediaType.DpopProof)
        {
            return Refused("The proof's typ is not dpop+jwt.");
        }

        if (ProofKeys.Find(jwk) is not { } key)
        {
            return Refused("The proof's jwk is not an acceptable public key.");
        }

        if (!Algorithms.Contains(jws.Header.Algorithm) || JwsVerifier.Verify(jws, key.Value) is not null)
        {
            return Refused("The proof's alg is not supported or its signature does not verify with its jwk.");
        }

        ProofKeys.Keep(key);
        return CheckClaims(jws.Claims, expected, secret, now) is { } refusal
            ? new DpopOutcome(null, null, refusal)
            : ToOutcome(jws.Claims, key.Thumbprint);
    }

    private static Refusal? CheckClaims(JsonElement claims, DpopExpectation expected, ClusterSecret secret, DateTimeOffset now)
    {
        if (StringOf(claims, "htm") != "POST" || StringOf(claims, "htu") is not { } uri || !IsSameUri(uri, expected.TokenEndpoint))
        {
            return Invalid("The proof's htm or htu names another request.");
        }

        if (!NumericDate.TryRead(claims, "iat", out var issuedAt) || issuedAt is null
            || issuedAt < now - MaxAge || issuedAt > now + ClockSkew)
        {
            return Invalid("The proof's iat is missing, too old or ahead.");
        }

        if (!NumericDate.TryRead(claims, "exp", out var expiresAt) || expiresAt + ClockSkew <= now
            || !NumericDate.TryRead(claims, "nbf", out var notBefore) || notBefore > now + ClockSkew)
        {
            return Invalid("The proof's exp or nbf is malformed or out of bounds.");
        }

        if (StringOf(claims, "jti") is not { Length: > 0 and <= MaxJwtIdLength })
        {
            return Invalid("The proof's jti is not a string of 1 to 256 characters.");
        }

        if (claims.TryGetProperty("ath", out _)
            && (expected.Token is null || StringOf(claims, "ath") != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(expected.Token)))))
        {
            return Invalid("The proof's ath is of another token.");
        }

        return claims.TryGetProperty("nonce", out _) || expected.NonceRequired
            ? CheckNonce(StringOf(claims, "nonce"), secret, now)
            : null;
    }

    private static Refusal? CheckNonce(string? nonce, ClusterSecret secret, DateTimeOffset now) =>
        nonce is not null && DpopNonce.IsCurrent(nonce, now, secret)
            ? null
            : new Refusal(RefusalReason.DpopNonceRequired, "The proof has no current nonce of ours.");

    /// <summary>
    /// Normalised by RFC 3986 sections 6.2.2 and 6.2.3, without query and fragment (RFC 9449 section 4.3, check 9).
    /// </summary>
    private static bool IsSameUri(string text, Uri tokenEndpoint) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && Uri.Compare(uri, tokenEndpoint, UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped, StringComparison.Ordinal) == 0;

    private static DpopOutcome ToOutcome(JsonElement claims, string thumbprint)
    {
        NumericDate.TryRead(claims, "iat", out var issuedAt);
        return new DpopOutcome(
            Confirmation.OfKey(thumbprint), new DpopProofId(thumbprint, StringOf(claims, "jti")!, issuedAt!.Value + MaxAge + ClockSkew), null);
    }

    private static string? StringOf(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DpopOutcome Refused(string? detail) => new(null, null, Invalid(detail));

    private static Refusal Invalid(string? detail) => new(RefusalReason.DpopProofInvalid, detail);
}

/// <summary>What a proof must have been made for.</summary>
/// <param name="TokenEndpoint">Our public URL of it, made of the policy's issuer: never of the request's Host.</param>
/// <param name="Token">What <c>ath</c> must be the hash of, where a proof has one; null where no token is presented.</param>
/// <param name="NonceRequired">Whether the proof must carry a nonce of ours.</param>
public sealed record DpopExpectation(Uri TokenEndpoint, string? Token, bool NonceRequired)
{
    /// <summary>Hides the token.</summary>
    public override string ToString() => nameof(DpopExpectation);
}

/// <summary>
/// Either <paramref name="Refusal"/> is set, or the others: the key is proved only once <paramref name="Spend"/> was spent.
/// </summary>
public sealed record DpopOutcome(Confirmation? Confirmation, DpopProofId? Spend, Refusal? Refusal);

/// <summary>A proof that may be used once, until it is too old. Ids of two keys are two ids.</summary>
public sealed record DpopProofId(string KeyThumbprint, string Jti, DateTimeOffset Until);
