using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// The form of tokens that say nothing: a prefix that secret scanners can look for, then base64url of random bytes and 4
/// bytes of a keyed hash over both. Whoever lacks our key can't make a text that costs us a look-up.
/// </summary>
internal static class ReferenceText
{
    private const int CheckSize = 4;

    public static SensitiveText Write(string prefix, ReadOnlySpan<byte> random, ClusterSecret secret)
    {
        Span<byte> bytes = stackalloc byte[random.Length + CheckSize];
        random.CopyTo(bytes);
        Check(prefix, random, secret, bytes[random.Length..]);
        return new SensitiveText(prefix + Base64Url.EncodeToString(bytes));
    }

    /// <summary>True for a text that claims to be one.</summary>
    public static bool IsCandidate(string prefix, SensitiveText text) => text.Reveal().StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>False for everything that we can't have issued.</summary>
    public static bool TryRead(string prefix, SensitiveText text, int size, ClusterSecret secret, [NotNullWhen(true)] out byte[]? random)
    {
        random = null;
        var length = size + CheckSize;
        if (!IsCandidate(prefix, text) || text.Length > prefix.Length + (2 * length)
            || !StrictBase64Url.TryDecode(text.Reveal().AsSpan(prefix.Length), out var bytes) || bytes.Length != length)
        {
            return false;
        }

        Span<byte> check = stackalloc byte[CheckSize];
        Check(prefix, bytes.AsSpan(0, size), secret, check);
        if (!CryptographicOperations.FixedTimeEquals(check, bytes.AsSpan(size)))
        {
            return false;
        }

        random = bytes[..size];
        return true;
    }

    /// <summary>A keyed hash, so that a stored name opens nothing.</summary>
    public static byte[] Hash(string use, ReadOnlySpan<byte> random, ClusterSecret secret)
    {
        var hash = new KeyedHash(secret.TokenReferenceKey);
        hash.Add(use);
        hash.Add(random);
        var digest = new byte[KeyedHash.Size];
        hash.Finish(digest);
        return digest;
    }

    private static void Check(string prefix, ReadOnlySpan<byte> random, ClusterSecret secret, Span<byte> check) =>
        Hash("check " + prefix, random, secret).AsSpan(0, CheckSize).CopyTo(check);
}
