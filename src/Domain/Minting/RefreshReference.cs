using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// A refresh token: behind the prefix <c>xcr_</c> 128 random bits that name its family and 256 that are its own, with a
/// checksum that only we can make. Those that replace one another share the family, so that an earlier one is recognised.
/// </summary>
public sealed class RefreshReference
{
    public const string Prefix = "xcr_";

    private const int FamilySize = 16;
    private const int OwnSize = 32;

    private readonly byte[] random;

    private RefreshReference(SensitiveText text, byte[] random, ClusterSecret secret)
    {
        (Text, this.random) = (text, random);
        var family = random.AsSpan(0, FamilySize);
        FamilyName = Base64Url.EncodeToString(ReferenceText.Hash("refresh family", family, secret));
        FamilyHandle = TokenHandle.Read(ReferenceText.Hash("refresh family handle", family, secret).AsSpan(0, TokenHandle.Size));
        Name = Base64Url.EncodeToString(ReferenceText.Hash("refresh token", random, secret));
    }

    /// <summary>What the client gets.</summary>
    public SensitiveText Text { get; }

    /// <summary>Under what the cluster keeps the family: a keyed hash.</summary>
    public string FamilyName { get; }

    /// <summary>The identity of the family for lineage and revocation: a keyed hash.</summary>
    public TokenHandle FamilyHandle { get; }

    /// <summary>Which of its family it is: a keyed hash, to be kept instead of the text.</summary>
    public string Name { get; }

    /// <summary>The first of a new family.</summary>
    public static RefreshReference Generate(ClusterSecret secret) => Of(RandomNumberGenerator.GetBytes(FamilySize + OwnSize), secret);

    /// <summary>Another one of the same family.</summary>
    public RefreshReference Next(ClusterSecret secret) =>
        Of([.. random.AsSpan(0, FamilySize), .. RandomNumberGenerator.GetBytes(OwnSize)], secret);

    /// <summary>False for everything that we can't have issued.</summary>
    public static bool TryParse(SensitiveText text, ClusterSecret secret, [NotNullWhen(true)] out RefreshReference? reference)
    {
        reference = ReferenceText.TryRead(Prefix, text, FamilySize + OwnSize, secret, out var random)
            ? new RefreshReference(text, random, secret)
            : null;
        return reference is not null;
    }

    /// <summary>Hides the text.</summary>
    public override string ToString() => nameof(RefreshReference);

    private static RefreshReference Of(byte[] random, ClusterSecret secret) => new(ReferenceText.Write(Prefix, random, secret), random, secret);
}
