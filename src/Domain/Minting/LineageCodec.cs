using System.Diagnostics.CodeAnalysis;
using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Domain.Minting;

/// <summary>The encrypted form of <see cref="Lineage"/>; its format is frozen (see docs/decisions).</summary>
public static class LineageCodec
{
    /// <param name="jwtId">The <c>jti</c> of the token it belongs to, authenticated with it.</param>
    public static string Encrypt(Lineage lineage, ClusterSecret secret, string jwtId) => throw new NotImplementedException();

    /// <summary>False for anything that is not exactly what <see cref="Encrypt"/> made for this token id.</summary>
    public static bool TryDecrypt(string text, ClusterSecret secret, string jwtId, [NotNullWhen(true)] out Lineage? lineage) =>
        throw new NotImplementedException();
}
