using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// Encrypts and authenticates stored records (AES-256-GCM). A record opens only under the log, incarnation, epoch and key it
/// was sealed for, so the store can neither change nor move one.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
public sealed class RecordSealer(KeyEncryptionKey keyEncryptionKey)
{
    private const byte Version = 1;
    private const int SaltSize = 24;
    private const int TagSize = 16;
    private const int Overhead = 1 + SaltSize + TagSize;
    private const int KeySize = 32;
    private const int NonceSize = 12;

    private readonly SP800108HmacCounterKdf derivation = new(keyEncryptionKey.Key, HashAlgorithmName.SHA256);

    public byte[] Seal(RecordPlace place, ReadOnlySpan<byte> plaintext)
    {
        var sealedRecord = new byte[Overhead + plaintext.Length];
        sealedRecord[0] = Version;
        var salt = sealedRecord.AsSpan(1, SaltSize);
        RandomNumberGenerator.Fill(salt);
        Span<byte> nonce = stackalloc byte[NonceSize];
        using var cipher = Cipher(salt, nonce);
        cipher.Encrypt(nonce, plaintext, sealedRecord.AsSpan(1 + SaltSize, plaintext.Length), sealedRecord.AsSpan(^TagSize..), place.Bytes());
        return sealedRecord;
    }

    /// <summary>For the places that follow <paramref name="head"/>.</summary>
    internal IReadOnlyList<NewRecord> Seal(string log, LogHead head, IReadOnlyList<PlainRecord> records) =>
    [
        .. records.Select((record, index) => new NewRecord(
            record.Key, Seal(new RecordPlace(log, head.Incarnation, head.Epoch + 1 + index, record.Key), record.Payload), record.ExpiresAt)),
    ];

    /// <exception cref="CryptographicException">It is not what was sealed for this place under this key.</exception>
    public byte[] Open(RecordPlace place, ReadOnlySpan<byte> sealedRecord)
    {
        if (sealedRecord.Length < Overhead || sealedRecord[0] != Version)
        {
            throw new CryptographicException("Not a sealed record of a known version.");
        }

        var plaintext = new byte[sealedRecord.Length - Overhead];
        Span<byte> nonce = stackalloc byte[NonceSize];
        using var cipher = Cipher(sealedRecord.Slice(1, SaltSize), nonce);
        cipher.Decrypt(nonce, sealedRecord[(1 + SaltSize)..^TagSize], sealedRecord[^TagSize..], plaintext, place.Bytes());
        return plaintext;
    }

    /// <summary>A key for one record alone, derived from the salt (SP 800-108), so that random nonces never wear a key out.</summary>
    private AesGcm Cipher(ReadOnlySpan<byte> salt, Span<byte> nonce)
    {
        Span<byte> derived = stackalloc byte[KeySize + NonceSize];
        derivation.DeriveKey("exchange-cluster:record"u8, salt, derived);
        derived[KeySize..].CopyTo(nonce);
        var cipher = new AesGcm(derived[..KeySize], TagSize);
        CryptographicOperations.ZeroMemory(derived);
        return cipher;
    }
}

/// <summary>Where a record belongs.</summary>
public readonly record struct RecordPlace(string Log, Guid Incarnation, long Epoch, string Key)
{
    internal byte[] Bytes()
    {
        var log = Encoding.UTF8.GetBytes(Log);
        var key = Encoding.UTF8.GetBytes(Key);
        var bytes = new byte[4 + log.Length + 16 + 8 + key.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, log.Length);
        log.CopyTo(bytes, 4);
        Incarnation.TryWriteBytes(bytes.AsSpan(4 + log.Length));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(4 + log.Length + 16), Epoch);
        key.CopyTo(bytes, 4 + log.Length + 24);
        return bytes;
    }
}
