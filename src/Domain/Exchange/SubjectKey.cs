using System.Buffers.Text;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>The grain key of a subject: a keyed hash of (root issuer, root subject), so that storage keys and logs show nobody.</summary>
public static class SubjectKey
{
    /// <summary>43 characters of base64url.</summary>
    public static string Of(RootSubject root, ClusterSecret secret)
    {
        var hash = new KeyedHash(secret.SubjectKeyKey);
        hash.Add(root.Issuer);
        hash.Add(root.Subject);
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        return Base64Url.EncodeToString(digest);
    }
}
