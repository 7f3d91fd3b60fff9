using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ExchangeCluster.Domain.Keys;

/// <summary>A key of HMAC-SHA-256, prepared once for each thread: to prepare it takes the library longer than to hash a short text.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as what it keys, often as long as the process; threads that end let go of theirs.")]
public sealed class HmacKey(byte[] key)
{
    public const int HashSize = HMACSHA256.HashSizeInBytes;

    private readonly ThreadLocal<IncrementalHash> prepared = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

    /// <summary>Writes <see cref="HashSize"/> bytes.</summary>
    public void Hash(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var hash = prepared.Value!;
        hash.AppendData(text);
        hash.GetHashAndReset(destination);
    }

    /// <summary>A constant: the key stays hidden.</summary>
    public override string ToString() => nameof(HmacKey);
}
