using System.Collections.Immutable;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>A token in memory, the state it was decided under, and what an operator may see of it.</summary>
public sealed class CachedToken
{
    public required IssuedToken Token { get; init; }

    /// <summary>Until when it may be answered: its own end, or that of the first token that it carries.</summary>
    public required DateTimeOffset FreshUntil { get; init; }

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

    /// <summary>Identity of the token, also where the caller holds a mere reference to it.</summary>
    public required TokenHandle Handle { get; init; }

    /// <summary>The state that it was decided under, or has been checked against since.</summary>
    public required StateVersions Versions { get; set; }

    /// <summary>What it descends from: a revocation of any of that ends it here too.</summary>
    public required Lineage Lineage { get; init; }

    /// <summary>What stands within it: where one of these has ended, a fresh token is without it.</summary>
    public required ImmutableArray<CarriedToken> Carried { get; init; }

    public required ImmutableArray<string> Rules { get; init; }

    /// <summary>What the audit tells of the token.</summary>
    public required Issuance Issuance { get; init; }

    public required string Client { get; init; }

    public required ImmutableArray<string> Targets { get; init; }

    /// <summary>False: it is good for one answer.</summary>
    public required bool IsKept { get; init; }

    /// <summary>Answers given with it so far.</summary>
    public long Answers { get; private set; }

    /// <summary>The same entry with the token in another form.</summary>
    public CachedToken With(IssuedToken token) => new()
    {
        Token = token,
        FreshUntil = FreshUntil,
        Handle = Handle,
        Versions = Versions,
        Lineage = Lineage,
        Carried = Carried,
        Rules = Rules,
        Issuance = Issuance,
        Client = Client,
        Targets = Targets,
        IsKept = IsKept,
    };

    /// <summary>Counts one more answer.</summary>
    public SubjectReply.Issued Answer() => new()
    {
        Token = Token,
        Rules = Rules,
        Issuance = Issuance,
        FromCache = Answers++ > 0,
        KeptUntil = IsKept ? UsableUntil : null,
    };

    public RuleUse ToRuleUse() => new()
    {
        Rules = Rules,
        Client = Client,
        Targets = Targets,
        IssuedAt = Token.IssuedAt,
        ExpiresAt = Token.ExpiresAt,
        Answers = Answers,
    };
}
