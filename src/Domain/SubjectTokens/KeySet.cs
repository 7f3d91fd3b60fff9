using System.Collections.Immutable;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// The usable public keys of one issuer or client. Keys that are weak, malformed, private-only or not for signatures
/// are left out when the set is read and named in <see cref="Refused"/>; the others still work (RFC 7517 section 5).
/// </summary>
public sealed class KeySet
{
    /// <summary>The most keys of one set.</summary>
    public const int MaxKeys = 100;

    public required ImmutableArray<VerificationKey> Keys { get; init; }

    /// <summary>Why keys were left out: kid and reason, for the operator.</summary>
    public required ImmutableArray<string> Refused { get; init; }

    /// <summary>When the set was last confirmed at its source.</summary>
    public required DateTimeOffset FetchedAt { get; init; }

    /// <summary>After this age the set may no longer be used.</summary>
    public required TimeSpan MaxAge { get; init; }
}

/// <summary>A public key with the algorithms it may verify: never chosen by the token alone.</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="Key">The public key.</param>
/// <param name="Algorithms">JWS algorithms.</param>
/// <param name="CertificateThumbprint">SHA-256 of the first certificate of its <c>x5c</c>, base64url; null without.</param>
public sealed record VerificationKey(
    string? KeyId, SecurityKey Key, ImmutableArray<string> Algorithms, string? CertificateThumbprint = null);
