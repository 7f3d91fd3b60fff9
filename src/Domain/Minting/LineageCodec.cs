using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// The encrypted form of <see cref="Lineage"/>, frozen (docs/decisions/0006-lineage-format.md): base64url of version byte,
/// salt, ciphertext, tag. AES-256-GCM under a key and nonce of its own for each token, derived from the cluster's lineage
/// key and the salt (NIST SP 800-108), so that no number of tokens wears a key out.
/// </summary>
public static class LineageCodec
{
    private const byte Version = 1;
    private const int SaltSize = 24;
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = 1 + SaltSize;

    /// <summary>The longest text that is read, in characters: no token that is accepted, and so none that is issued, holds a longer one.</summary>
    private const int MaxTextLength = 16 * 1024;

    private static ReadOnlySpan<byte> Label => "exchange-cluster:lineage/1"u8;

    /// <param name="jwtId">The <c>jti</c> of the token it belongs to, authenticated with it.</param>
    /// <exception cref="InvalidOperationException">The lineage is out of bounds.</exception>
    public static string Encrypt(Lineage lineage, ClusterSecret secret, string jwtId)
    {
        Span<byte> salt = stackalloc byte[SaltSize];
        RandomNumberGenerator.Fill(salt);
        var plaintext = LineageFormat.Write(lineage);
        var sealedBytes = new byte[HeaderSize + plaintext.Length + TagSize];
        sealedBytes[0] = Version;
        salt.CopyTo(sealedBytes.AsSpan(1));

        Span<byte> derived = stackalloc byte[KeySize + NonceSize];
        Derive(secret, salt, derived);
        using var aes = new AesGcm(derived[..KeySize], TagSize);
        aes.Encrypt(
            derived[KeySize..],
            plaintext,
            sealedBytes.AsSpan(HeaderSize, plaintext.Length),
            sealedBytes.AsSpan(HeaderSize + plaintext.Length),
            AssociatedData(jwtId));
        CryptographicOperations.ZeroMemory(derived);
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>False for anything that is not exactly what <see cref="Encrypt"/> made for this token id.</summary>
    public static bool TryDecrypt(string text, ClusterSecret secret, string jwtId, [NotNullWhen(true)] out Lineage? lineage)
    {
        lineage = null;
        if (text.Length > MaxTextLength || !StrictBase64Url.TryDecode(text, out var sealedBytes) ||
            sealedBytes.Length < HeaderSize + TagSize || sealedBytes[0] != Version)
        {
            return false;
        }

        var plaintext = new byte[sealedBytes.Length - HeaderSize - TagSize];
        Span<byte> derived = stackalloc byte[KeySize + NonceSize];
        Derive(secret, sealedBytes.AsSpan(1, SaltSize), derived);
        try
        {
            using var aes = new AesGcm(derived[..KeySize], TagSize);
            aes.Decrypt(
                derived[KeySize..],
                sealedBytes.AsSpan(HeaderSize, plaintext.Length),
                sealedBytes.AsSpan(HeaderSize + plaintext.Length),
                plaintext,
                AssociatedData(jwtId));
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }

        return LineageFormat.TryRead(plaintext, out lineage);
    }

    /// <summary>The same for the claims of a token of ours, which hold both texts.</summary>
    public static bool TryDecrypt(JsonElement claims, ClusterSecret secret, [NotNullWhen(true)] out Lineage? lineage)
    {
        lineage = null;
        return claims.TryGetProperty("jti", out var jwtId) && jwtId.ValueKind == JsonValueKind.String
            && claims.TryGetProperty(Lineage.ClaimName, out var text) && text.ValueKind == JsonValueKind.String
            && TryDecrypt(text.GetString()!, secret, jwtId.GetString()!, out lineage);
    }

    private static void Derive(ClusterSecret secret, ReadOnlySpan<byte> salt, Span<byte> destination) =>
        SP800108HmacCounterKdf.DeriveBytes(secret.LineageKey, HashAlgorithmName.SHA256, Label, salt, destination);

    private static byte[] AssociatedData(string jwtId) => [Version, .. Encoding.UTF8.GetBytes(jwtId)];
}
