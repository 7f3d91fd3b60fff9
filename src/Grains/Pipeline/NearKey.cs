using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// The whole of a request: a keyed hash over everything that it brought, each part with its length before it, so that no two
/// requests can look alike. It is neither stored nor sent anywhere, and means nothing to another process.
/// </summary>
public readonly record struct NearKey(UInt128 High, UInt128 Low)
{
    /// <param name="hash">HMAC-SHA-256 under a random key of this process, with nothing in it; so again afterwards.</param>
    /// <param name="authorization">The header's value; null without.</param>
    /// <param name="body">The form as it came.</param>
    public static NearKey Of(IncrementalHash hash, string? authorization, in ReadOnlySequence<byte> body)
    {
        // -1 sets no header apart from an empty one.
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, authorization?.Length ?? -1);
        hash.AppendData(length);

        // Characters as they lie in memory: no two texts share them, and the hash stays in this process.
        hash.AppendData(MemoryMarshal.AsBytes(authorization.AsSpan()));
        foreach (var segment in body)
        {
            hash.AppendData(segment.Span);
        }

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new NearKey(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }
}
