using System.Security.Cryptography;

namespace ExchangeCluster.Domain.Keys;

/// <summary>
/// The one secret all silos share, made at initialisation and kept in the key log. Every use has a key of its own,
/// derived by HKDF (RFC 5869) under a label.
/// </summary>
public sealed class ClusterSecret
{
    public const int Size = 32;

    private readonly byte[] secret;

    public ClusterSecret(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size)
        {
            throw new ArgumentException($"A cluster secret has {Size} bytes.", nameof(secret));
        }

        this.secret = secret.ToArray();
        SubjectKeyKey = new HmacKey(Derive("subject-key"));
        TokenHandleKey = new HmacKey(Derive("token-handle"));
        PairwiseKey = new HmacKey(Derive("pairwise-subject"));
        LineageKey = Derive("lineage");
        CacheKeyKey = new HmacKey(Derive("cache-key"));
        SpentIdKey = new HmacKey(Derive("spent-id"));
        TokenReferenceKey = new HmacKey(Derive("token-reference"));
        RevocationKey = new HmacKey(Derive("revocation"));
        DpopNonceKey = new HmacKey(Derive("dpop-nonce"));
    }

    internal HmacKey SubjectKeyKey { get; }

    internal HmacKey TokenHandleKey { get; }

    internal HmacKey PairwiseKey { get; }

    internal byte[] LineageKey { get; }

    internal HmacKey CacheKeyKey { get; }

    internal HmacKey SpentIdKey { get; }

    internal HmacKey TokenReferenceKey { get; }

    internal HmacKey RevocationKey { get; }

    internal HmacKey DpopNonceKey { get; }

    public static ClusterSecret Generate() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>The raw bytes, for sealing into the store.</summary>
    public byte[] Reveal() => [.. secret];

    public override string ToString() => nameof(ClusterSecret);

    private byte[] Derive(string label) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: System.Text.Encoding.UTF8.GetBytes("exchange-cluster:" + label));
}
