using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// The whole of a request: a keyed hash over everything that it brought, each part with its length before it, so that no two
/// requests can look alike. It is neither stored nor sent anywhere, and means nothing to another process.
/// </summary>
public readonly record struct NearKey(UInt128 High, UInt128 Low)
{
    private const int LengthSize = sizeof(int);

    /// <param name="secret">Random, of this process.</param>
    /// <param name="authorization">The header's value; null without.</param>
    /// <param name="body">The form as it came.</param>
    public static NearKey Of(ReadOnlySpan<byte> secret, string? authorization, ReadOnlySpan<byte> body)
    {
        var headerSize = authorization is null ? 0 : Encoding.UTF8.GetByteCount(authorization);
        var size = LengthSize + headerSize + body.Length;
        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var text = rented.AsSpan(0, size);

            // -1 sets no header apart from an empty one.
            BinaryPrimitives.WriteInt32BigEndian(text, authorization is null ? -1 : headerSize);
            if (authorization is not null)
            {
                Encoding.UTF8.GetBytes(authorization, text[LengthSize..]);
            }

            body.CopyTo(text[(LengthSize + headerSize)..]);
            Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
            HMACSHA256.HashData(secret, text, hash);
            return new NearKey(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }
}
