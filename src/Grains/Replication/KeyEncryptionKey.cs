using System.Security.Cryptography;

namespace ExchangeCluster.Grains.Replication;

/// <summary>The 256-bit key under which every stored record is sealed. The store never sees it.</summary>
public sealed class KeyEncryptionKey
{
    public const int Size = 32;

    private readonly byte[] key;

    private KeyEncryptionKey(byte[] key) => this.key = key;

    internal ReadOnlySpan<byte> Key => key;

    public static KeyEncryptionKey Generate() => new(RandomNumberGenerator.GetBytes(Size));

    /// <exception cref="FormatException">Not base64 of exactly 32 bytes. The text is not quoted.</exception>
    public static KeyEncryptionKey FromBase64(string text)
    {
        Span<byte> bytes = stackalloc byte[Size + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var size) && size == Size
            ? new KeyEncryptionKey(bytes[..Size].ToArray())
            : throw new FormatException($"A key-encryption key is base64 of exactly {Size} bytes.");
    }

    /// <summary>The raw value, for the file that keeps it.</summary>
    public string RevealBase64() => Convert.ToBase64String(key);

    public override string ToString() => nameof(KeyEncryptionKey);
}
