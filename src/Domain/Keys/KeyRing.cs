using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.Keys;

/// <summary>
/// Our own signing keys, of each algorithm previous, current and next: all published, one signs. A key signs only after
/// it has been published longer than the JWKS max-age, and stays published until its last token has expired. Immutable;
/// made from the key log, changed only by what <see cref="KeyRotation"/> appends to it.
/// </summary>
public sealed class KeyRing
{
    /// <summary>Algorithms every ring can sign with.</summary>
    public static readonly ImmutableArray<string> Algorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256];

    private readonly FrozenDictionary<string, ImmutableArray<RingKey>> byAlgorithm;
    private readonly FrozenDictionary<string, RingKey> byKeyId;

    private KeyRing(ClusterSecret secret, ImmutableArray<RingKey> keys)
    {
        Secret = secret;
        Keys = keys;
        byKeyId = keys.ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);
        byAlgorithm = Algorithms.ToFrozenDictionary(
            algorithm => algorithm,
            algorithm => keys.Where(key => key.Algorithm == algorithm).ToImmutableArray(),
            StringComparer.Ordinal);
        Jwks = JwksWriter.Write(keys);
    }

    public ClusterSecret Secret { get; }

    /// <summary>Every published key: by algorithm, then in the order in which they sign.</summary>
    public ImmutableArray<RingKey> Keys { get; }

    /// <summary>The public JWK Set (RFC 7517), UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Jwks { get; }

    /// <summary>The ring that the records of a whole key log make, in any order.</summary>
    /// <exception cref="FormatException">A record is damaged, or the log lacks the secret or all keys of an algorithm.</exception>
    public static KeyRing Create(IEnumerable<KeyRecord> records)
    {
        ClusterSecret? secret = null;
        var keys = new List<RingKey>();
        foreach (var record in records)
        {
            switch (record)
            {
                case SecretRecord s:
                    secret = secret is null ? s.Secret : throw new FormatException("The key log has two cluster secrets.");
                    break;
                case SigningKeyRecord k:
                    keys.Add(RingKey.Import(k));
                    break;
            }
        }

        if (secret is null || !Algorithms.All(algorithm => keys.Exists(key => key.Algorithm == algorithm)))
        {
            throw new FormatException("The key log lacks the cluster secret or a signing key.");
        }

        return new KeyRing(secret, [.. keys.OrderBy(key => Algorithms.IndexOf(key.Algorithm)).ThenBy(key => key.SignsFrom)]);
    }

    /// <summary>The key that signs now.</summary>
    public SigningKey SigningKeyFor(string algorithm, DateTimeOffset now) =>
        KeySchedule.Current(byAlgorithm[algorithm].AsSpan(), now).Signing;

    public bool TryFindVerificationKey(string keyId, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = byKeyId.TryGetValue(keyId, out var found) ? found.Verification : null;
        return key is not null;
    }

    internal ReadOnlySpan<RingKey> KeysOf(string algorithm) => byAlgorithm[algorithm].AsSpan();
}
