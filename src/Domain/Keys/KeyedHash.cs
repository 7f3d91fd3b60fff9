using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeCluster.Domain.Keys;

/// <summary>
/// HMAC-SHA-256 over length-prefixed fields, so that no two different field lists hash alike
/// (<c>a|b</c>+<c>c</c> is not <c>a</c>+<c>b|c</c>). Text is hashed as it is, without normalisation. Add the count before
/// a list of variable length.
/// </summary>
public ref struct KeyedHash
{
    public const int Size = 32;

    // A lone surrogate must not be replaced: two texts would become one. No caller lets one get here.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IncrementalHash hash;

    public KeyedHash(byte[] key) => hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

    public readonly void Add(ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, field.Length);
        hash.AppendData(length);
        hash.AppendData(field);
    }

    /// <exception cref="EncoderFallbackException">A lone surrogate: not text.</exception>
    public readonly void Add(string field)
    {
        var size = Utf8.GetByteCount(field);
        Span<byte> bytes = size <= 512 ? stackalloc byte[size] : new byte[size];
        Utf8.GetBytes(field, bytes);
        Add(bytes);
    }

    public readonly void Add(long field)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, field);
        Add(bytes);
    }

    /// <summary>Writes 32 bytes and disposes the hash.</summary>
    public readonly void Finish(Span<byte> destination)
    {
        hash.GetHashAndReset(destination);
        hash.Dispose();
    }
}
