using System.Text;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Makes the identity of a token under the cluster's secret, so that a handle in a log names nobody.</summary>
public static class TokenHandles
{
    /// <summary>
    /// A token of ours is known by its id, which no other has: the tokens that it carries name it before it is written. No
    /// signing input holds a colon.
    /// </summary>
    public static TokenHandle OfOwn(ClusterSecret secret, string issuer, string jwtId) => Of(secret, issuer, Encoding.UTF8.GetBytes("jti:" + jwtId));

    /// <param name="jwt">A JWS in compact serialization.</param>
    public static TokenHandle Of(ClusterSecret secret, string issuer, SensitiveText jwt)
    {
        var text = jwt.Reveal();
        return Of(secret, issuer, Encoding.ASCII.GetBytes(text[..text.LastIndexOf('.')]));
    }

    /// <param name="signingInput">ASCII of <c>header.payload</c>, without the signature.</param>
    public static TokenHandle Of(ClusterSecret secret, string issuer, ReadOnlySpan<byte> signingInput)
    {
        var hash = new KeyedHash(secret.TokenHandleKey);
        hash.Add(issuer);
        hash.Add(signingInput);
        Span<byte> digest = stackalloc byte[32];
        hash.Finish(digest);
        return TokenHandle.Read(digest[..TokenHandle.Size]);
    }
}
