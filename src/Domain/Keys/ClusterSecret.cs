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
        SubjectKeyKey = Derive("subject-key");
        TokenHandleKey = Derive("token-handle");
        PairwiseKey = Derive("pairwise-subject");
        LineageKey = Derive("lineage");
        CacheKeyKey = Derive("cache-key");
        SpentIdKey = Derive("spent-id");
        TokenReferenceKey = Derive("token-reference");
        RevocationKey = Derive("revocation");
    }

    internal byte[] SubjectKeyKey { get; }

    internal byte[] TokenHandleKey { get; }

    internal byte[] PairwiseKey { get; }

    internal byte[] LineageKey { get; }

    internal byte[] CacheKeyKey { get; }

    internal byte[] SpentIdKey { get; }

    internal byte[] TokenReferenceKey { get; }

    internal byte[] RevocationKey { get; }

    public static ClusterSecret Generate() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>The raw bytes, for sealing into the store.</summary>
    public byte[] Reveal() => [.. secret];

    public override string ToString() => nameof(ClusterSecret);

    private byte[] Derive(string label) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: System.Text.Encoding.UTF8.GetBytes("exchange-cluster:" + label));
}
