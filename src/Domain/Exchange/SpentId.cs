using System.Buffers.Text;
using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>The stored name of something that may be used once: a keyed hash of whose it is and its id.</summary>
public static class SpentId
{
    public static string Of(string owner, string id, ClusterSecret secret)
    {
        var hash = new KeyedHash(secret.SpentIdKey);
        hash.Add(owner);
        hash.Add(id);
        Span<byte> name = stackalloc byte[KeyedHash.Size];
        hash.Finish(name);
        return Base64Url.EncodeToString(name);
    }
}
