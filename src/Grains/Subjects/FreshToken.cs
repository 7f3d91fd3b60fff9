using System.Collections.Immutable;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>A token just minted, and what there is to say of it.</summary>
public sealed record FreshToken
{
    public required IssuedToken Token { get; init; }

    /// <summary>Until when it may be answered: its own end, or that of the first token that it carries.</summary>
    public required DateTimeOffset FreshUntil { get; init; }

    /// <summary>Identity of the token, also where the caller holds a mere reference to it.</summary>
    public required TokenHandle Handle { get; init; }

    /// <summary>What it descends from: a revocation of any of that ends it.</summary>
    public required Lineage Lineage { get; init; }

    /// <summary>What stands within it: where one of these has ended, a fresh token is without it.</summary>
    public required ImmutableArray<CarriedToken> Carried { get; init; }

    /// <summary>What the audit tells of the token.</summary>
    public required Issuance Issuance { get; init; }

    public required string Client { get; init; }

    public required ImmutableArray<string> Targets { get; init; }

    /// <summary>False: it is good for one answer.</summary>
    public required bool IsKept { get; init; }

    /// <summary>
    /// The last moment at which it has a useful life left: a caller needs time to use what it gets.
    /// </summary>
    public DateTimeOffset UsableUntil
    {
        get
        {
            var half = (FreshUntil - Token.IssuedAt) / 2;
            var needed = half < TokenCache.MinimumLife ? half : TokenCache.MinimumLife;
            return FreshUntil - (needed < TokenCache.OneSecond ? TokenCache.OneSecond : needed);
        }
    }

    public SubjectReply.Issued ToReply() => new()
    {
        Token = Token,
        Rules = Issuance.Rules,
        Issuance = Issuance,
        FromCache = false,
        KeptUntil = IsKept ? UsableUntil : null,
    };

    /// <summary>A constant: the token stays hidden.</summary>
    public override string ToString() => nameof(FreshToken);
}
