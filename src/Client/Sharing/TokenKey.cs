using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Sharing;

/// <summary>What a remembered token answers: a hash, so that no token is a key of anything.</summary>
internal readonly record struct TokenKey(UInt128 High, UInt128 Low)
{
    public static TokenKey Of(string target, SensitiveText incomingToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(target));
        hash.AppendData([0]);
        hash.AppendData(Encoding.UTF8.GetBytes(incomingToken.Reveal()));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(digest);
        return new TokenKey(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }
}
