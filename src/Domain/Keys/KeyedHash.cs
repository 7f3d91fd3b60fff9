using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ExchangeCluster.Domain.Keys;

/// <summary>
/// HMAC-SHA-256 over length-prefixed fields, so that no two different field lists hash alike
/// (<c>a|b</c>+<c>c</c> is not <c>a</c>+<c>b|c</c>). Text is hashed as it is, without normalisation. Add the count before
/// a list of variable length.
/// </summary>
public ref struct KeyedHash
{
    public const int Size = HmacKey.HashSize;

    // A lone surrogate must not be replaced: two texts would become one. No caller lets one get here.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly HmacKey key;

    // All fields are hashed by one call: each call into the library costs as much as hashing a hundred bytes.
    private byte[] fields = ArrayPool<byte>.Shared.Rent(1024);
    private int length;

    public KeyedHash(HmacKey key) => this.key = key;

    public void Add(scoped ReadOnlySpan<byte> field) => field.CopyTo(Take(field.Length));

    /// <exception cref="EncoderFallbackException">A lone surrogate: not text.</exception>
    public void Add(string field) => Utf8.GetBytes(field, Take(Utf8.GetByteCount(field)));

    public void Add(long field) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), field);

    /// <summary>Writes 32 bytes. The last call.</summary>
    public void Finish(scoped Span<byte> destination)
    {
        key.Hash(fields.AsSpan(0, length), destination);
        ArrayPool<byte>.Shared.Return(fields, clearArray: true);
        (fields, length) = ([], 0);
    }

    /// <summary>Room for a field, behind its length.</summary>
    private Span<byte> Take(int size)
    {
        var end = length + sizeof(int) + size;
        if (end > fields.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(end * 2);
            fields.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(fields, clearArray: true);
            fields = larger;
        }

        BinaryPrimitives.WriteInt32BigEndian(fields.AsSpan(length), size);
        length = end;
        return fields.AsSpan(end - size, size);
    }
}
