using System.Buffers.Text;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>A keyed hash of (root issuer, root subject), so that storage keys and logs show nobody.</summary>
public static class SubjectKey
{
    private const int GrainKeyLength = 22;

    /// <summary>43 characters of base64url: what audits call a subject.</summary>
    public static string Of(RootSubject root, ClusterSecret secret)
    {
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        Hash(root, secret, digest);
        return Base64Url.EncodeToString(digest);
    }

    /// <summary>
    /// The key of the subject's grain: the first 22 characters of the same, which are 132 bits. It says where a subject's tokens are kept; which
    /// of them answers what is for <see cref="CacheKey"/> alone to say.
    /// </summary>
    public static string OfGrain(RootSubject root, ClusterSecret secret)
    {
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        Hash(root, secret, digest);
        Span<char> text = stackalloc char[Base64Url.GetEncodedLength(KeyedHash.Size)];
        Base64Url.EncodeToChars(digest, text);
        return new string(text[..GrainKeyLength]);
    }

    private static void Hash(RootSubject root, ClusterSecret secret, Span<byte> digest)
    {
        var hash = new KeyedHash(secret.SubjectKeyKey);
        hash.Add(root.Issuer);
        hash.Add(root.Subject);
        hash.Finish(digest);
    }
}
