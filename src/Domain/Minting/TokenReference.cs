using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// The text of an opaque token: a prefix that secret scanners can look for, then base64url of 256 random bits and 4 bytes of
/// a keyed hash over them. Whoever lacks our key can't make a text that costs us a look-up, and nothing can be read from one.
/// </summary>
public sealed class TokenReference
{
    public const string Prefix = "xct_";

    private const int RandomSize = 32;
    private const int CheckSize = 4;

    private TokenReference(SensitiveText text, string storedName) => (Text, StoredName) = (text, storedName);

    /// <summary>What the caller gets.</summary>
    public SensitiveText Text { get; }

    /// <summary>Under what the cluster keeps the token: a keyed hash, so that a stored name opens nothing.</summary>
    public string StoredName { get; }

    public static TokenReference Generate(ClusterSecret secret)
    {
        Span<byte> bytes = stackalloc byte[RandomSize + CheckSize];
        RandomNumberGenerator.Fill(bytes[..RandomSize]);
        Check(bytes[..RandomSize], secret, bytes[RandomSize..]);
        return Of(Prefix + Base64Url.EncodeToString(bytes), secret);
    }

    /// <summary>True for a text that claims to be an opaque token of ours.</summary>
    public static bool IsCandidate(SensitiveText text) => text.Reveal().StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>False for everything that we can't have issued.</summary>
    public static bool TryParse(SensitiveText text, ClusterSecret secret, [NotNullWhen(true)] out TokenReference? reference)
    {
        reference = null;
        if (!IsCandidate(text) || text.Length > 2 * (RandomSize + CheckSize)
            || !StrictBase64Url.TryDecode(text.Reveal().AsSpan(Prefix.Length), out var bytes) || bytes.Length != RandomSize + CheckSize)
        {
            return false;
        }

        Span<byte> check = stackalloc byte[CheckSize];
        Check(bytes.AsSpan(0, RandomSize), secret, check);
        if (!CryptographicOperations.FixedTimeEquals(check, bytes.AsSpan(RandomSize)))
        {
            return false;
        }

        reference = Of(text.Reveal(), secret);
        return true;
    }

    /// <summary>Hides the text.</summary>
    public override string ToString() => nameof(TokenReference);

    private static TokenReference Of(string text, ClusterSecret secret)
    {
        var hash = new KeyedHash(secret.TokenReferenceKey);
        hash.Add("name");
        hash.Add(text);
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        return new TokenReference(new SensitiveText(text), Base64Url.EncodeToString(digest));
    }

    private static void Check(ReadOnlySpan<byte> random, ClusterSecret secret, Span<byte> check)
    {
        var hash = new KeyedHash(secret.TokenReferenceKey);
        hash.Add("check");
        hash.Add(random);
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        digest[..CheckSize].CopyTo(check);
    }
}
