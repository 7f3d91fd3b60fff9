using System.Buffers.Text;
using System.Text.Json;
using BitFaster.Caching.Lru;
using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.ProofOfPossession;

/// <summary>
/// The public keys of DPoP proofs, as callers send them along. To read one takes three times as long as to verify a signature with it, and a caller sends the
/// same one each time: so those that verified a proof are remembered, by their whole text. What a text says of a key never changes.
/// </summary>
internal static class ProofKeys
{
    /// <summary>The most keys that are remembered. The least recently used make room.</summary>
    private const int Capacity = 4096;

    /// <summary>In characters: an RSA key of 4,096 bits takes 700.</summary>
    private const int MaxTextLength = 1024;

    /// <summary>RFC 7518 section 6: what only the holder of a key may know.</summary>
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private static readonly ConcurrentLru<string, ProofKey> Known = new(concurrencyLevel: 1, Capacity, StringComparer.Ordinal);

    /// <summary>Null: no acceptable public key.</summary>
    public static ProofKey? Find(JsonElement jwk)
    {
        var text = jwk.GetRawText();
        if (Known.TryGet(text, out var known))
        {
            return known;
        }

        return Array.Exists(PrivateMembers, member => jwk.TryGetProperty(member, out _)) || JwkReader.Read(jwk, out var key) is not null
            ? null
            : new ProofKey(text, key!, Base64Url.EncodeToString(((JsonWebKey)key!.Key).ComputeJwkThumbprint()));
    }

    /// <summary>Remembers a key that has verified a proof.</summary>
    public static void Keep(ProofKey key)
    {
        if (key.Text.Length <= MaxTextLength)
        {
            Known.GetOrAdd(key.Text, static (_, key) => key, key);
        }
    }
}

/// <summary>The public key of a DPoP proof.</summary>
/// <param name="Text">The JWK as it was sent.</param>
/// <param name="Value">The key in it.</param>
/// <param name="Thumbprint">Its SHA-256 thumbprint (RFC 7638), base64url.</param>
internal sealed record ProofKey(string Text, VerificationKey Value, string Thumbprint);
