using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Verifies a signature with a key that the token may pick only by name, from one owner's set.</summary>
internal static class JwsVerifier
{
    /// <summary>
    /// Null when one key of <paramref name="keys"/> verified the token.
    /// <see cref="RefusalReason.SubjectTokenKeyUnknown"/> means that newer keys may help.
    /// </summary>
    public static Refusal? Verify(Jws jws, KeySet? keys, ImmutableArray<string> allowedAlgorithms, DateTimeOffset now)
    {
        if (!allowedAlgorithms.Contains(jws.Header.Algorithm))
        {
            return new Refusal(RefusalReason.SubjectTokenHeaderRefused, "The header's alg is not allowed for this issuer.");
        }

        if (keys is null || now - keys.FetchedAt > keys.MaxAge)
        {
            return new Refusal(RefusalReason.SubjectTokenKeyUnknown, "The issuer's keys are missing or too old.");
        }

        var key = Find(keys, jws.Header);
        return key is null
            ? new Refusal(RefusalReason.SubjectTokenKeyUnknown, "The token names no usable key of its issuer.")
            : Verify(jws, key);
    }

    /// <summary>Null when <paramref name="key"/> verified the token.</summary>
    public static Refusal? Verify(Jws jws, VerificationKey key)
    {
        if (!key.Algorithms.Contains(jws.Header.Algorithm))
        {
            return new Refusal(RefusalReason.SubjectTokenHeaderRefused, "The header's alg is not one of the key's.");
        }

        return HasRightSize(jws) && IsSignature(jws, key)
            ? null
            : new Refusal(RefusalReason.SubjectTokenSignatureInvalid, "The signature does not verify.");
    }

    /// <summary>By <c>kid</c>; a token without one is verified only where no choice is left.</summary>
    private static VerificationKey? Find(KeySet keys, JwsHeader header)
    {
        VerificationKey? found = null;
        foreach (var key in keys.Keys)
        {
            if (header.KeyId is not null && key.KeyId == header.KeyId)
            {
                return key;
            }

            if (header.KeyId is null && key.Algorithms.Contains(header.Algorithm))
            {
                if (found is not null)
                {
                    return null;
                }

                found = key;
            }
        }

        return found;
    }

    /// <summary>
    /// ECDSA: r and s of full width each (RFC 7518 section 3.4), never DER. RSA: the library compares with the modulus, but
    /// throws on an empty one.
    /// </summary>
    private static bool HasRightSize(Jws jws) =>
        JwsAlgorithms.OfAlgorithm(jws.Header.Algorithm) is { } curve
            ? jws.Signature.Length == 2 * curve.CoordinateSize
            : jws.Signature.Length > 0;

    private static bool IsSignature(Jws jws, VerificationKey key)
    {
        var factory = key.Key.CryptoProviderFactory;
        var provider = factory.CreateForVerifying(key.Key, jws.Header.Algorithm);
        try
        {
            return provider.Verify(jws.SigningInput, jws.Signature);
        }
        finally
        {
            factory.ReleaseSignatureProvider(provider);
        }
    }
}
