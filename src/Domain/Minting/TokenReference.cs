using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// An opaque access token: 256 random bits behind the prefix <c>xct_</c>, with a checksum that only we can make.
/// </summary>
public sealed class TokenReference
{
    public const string Prefix = "xct_";

    private const int RandomSize = 32;

    private TokenReference(SensitiveText text, ReadOnlySpan<byte> random, ClusterSecret secret) =>
        (Text, StoredName) = (text, Base64Url.EncodeToString(ReferenceText.Hash("name", random, secret)));

    /// <summary>What the caller gets.</summary>
    public SensitiveText Text { get; }

    /// <summary>Under what the cluster keeps the token: a keyed hash, so that a stored name opens nothing.</summary>
    public string StoredName { get; }

    public static TokenReference Generate(ClusterSecret secret)
    {
        Span<byte> random = stackalloc byte[RandomSize];
        RandomNumberGenerator.Fill(random);
        return new TokenReference(ReferenceText.Write(Prefix, random, secret), random, secret);
    }

    /// <summary>True for a text that claims to be an opaque token of ours.</summary>
    public static bool IsCandidate(SensitiveText text) => ReferenceText.IsCandidate(Prefix, text);

    /// <summary>False for everything that we can't have issued.</summary>
    public static bool TryParse(SensitiveText text, ClusterSecret secret, [NotNullWhen(true)] out TokenReference? reference)
    {
        reference = ReferenceText.TryRead(Prefix, text, RandomSize, secret, out var random) ? new TokenReference(text, random, secret) : null;
        return reference is not null;
    }

    /// <summary>Hides the text.</summary>
    public override string ToString() => nameof(TokenReference);
}
