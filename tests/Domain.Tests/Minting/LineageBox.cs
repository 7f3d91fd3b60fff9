using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeCluster.Domain.Tests.Minting;

/// <summary>
/// The encrypted form as docs/decisions/0006-lineage-format.md describes it, written a second time: what the codec makes
/// must open here, and what is sealed here may be anything.
/// </summary>
internal static class LineageBox
{
    private const int SaltSize = 24;
    private const int TagSize = 16;

    public static byte[] Open(string text, byte[] secret, string jwtId)
    {
        var bytes = Base64Url.DecodeFromChars(text);
        var plaintext = new byte[bytes.Length - 1 - SaltSize - TagSize];
        var derived = Derive(secret, bytes.AsSpan(1, SaltSize));
        using var aes = new AesGcm(derived.AsSpan(0, 32), TagSize);
        aes.Decrypt(
            derived.AsSpan(32), bytes.AsSpan(1 + SaltSize, plaintext.Length), bytes.AsSpan(bytes.Length - TagSize), plaintext,
            [bytes[0], .. Encoding.UTF8.GetBytes(jwtId)]);
        return plaintext;
    }

    public static string Seal(byte[] plaintext, byte[] secret, string jwtId, byte version = 1)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var derived = Derive(secret, salt);
        using var aes = new AesGcm(derived.AsSpan(0, 32), TagSize);
        var ciphertext = new byte[plaintext.Length];
        var tag = new byte[TagSize];
        aes.Encrypt(derived.AsSpan(32), plaintext, ciphertext, tag, [version, .. Encoding.UTF8.GetBytes(jwtId)]);
        return Base64Url.EncodeToString([version, .. salt, .. ciphertext, .. tag]);
    }

    private static byte[] Derive(byte[] secret, ReadOnlySpan<byte> salt) => SP800108HmacCounterKdf.DeriveBytes(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "exchange-cluster:lineage"u8.ToArray()),
        HashAlgorithmName.SHA256,
        "exchange-cluster:lineage/1"u8,
        salt,
        44);
}
