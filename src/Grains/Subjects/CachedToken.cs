using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// A token in memory, and what an operator may see of it. There may be millions: what others have too is in its shape,
/// its text is packed, and its lineage is read out of it by the few that ask.
/// </summary>
internal sealed class CachedToken
{
    private readonly TokenShape shape;
    private readonly PackedToken packed;

    // In UTC, and half of what it takes to say so.
    private readonly DateTime issuedAt;
    private readonly DateTime expiresAt;

    /// <summary>Null for most: a JWT shows its lineage, and carries nothing.</summary>
    private readonly Rarity? rarity;

    /// <param name="token">What was answered, the first time.</param>
    /// <param name="shapes">Of this silo.</param>
    public CachedToken(FreshToken token, TokenShapes shapes)
    {
        packed = PackedToken.Of(token.Token.Token.Reveal(), out var frame);
        shape = shapes.Shared(TokenShape.Of(token, frame));
        (issuedAt, expiresAt) = (token.Token.IssuedAt.UtcDateTime, token.Token.ExpiresAt.UtcDateTime);
        Handle = token.Handle;
        rarity = frame is null || !token.Carried.IsEmpty ? new Rarity(frame is null ? token.Lineage : null, token.Carried) : null;
    }

    /// <summary>As <see cref="FreshToken.Handle"/>.</summary>
    public TokenHandle Handle { get; }

    /// <summary>As <see cref="FreshToken.Carried"/>.</summary>
    public ImmutableArray<CarriedToken> Carried => rarity?.Carried ?? [];

    /// <summary>Answers given with it so far, the first included.</summary>
    public int Answers { get; private set; } = 1;

    /// <summary>As <see cref="FreshToken.Lineage"/>. Null: the token doesn't show it under this secret.</summary>
    public Lineage? LineageUnder(ClusterSecret secret) =>
        shape.Frame is not { } frame ? rarity!.Lineage
        : LineageCodec.TryDecrypt(JsonElement.Parse(packed.Claims(frame)), secret, out var read) ? read
        : null;

    /// <summary>Counts one more answer.</summary>
    /// <param name="keptUntil">As <see cref="FreshToken.UsableUntil"/>.</param>
    public SubjectReply.Issued Answer(DateTimeOffset keptUntil)
    {
        Answers++;
        return new SubjectReply.Issued
        {
            Token = new IssuedToken
            {
                Token = new SensitiveText(packed.Text(shape.Frame)),
                IssuedTokenType = shape.IssuedTokenType,
                TokenType = shape.TokenType,
                Scope = shape.Scope,
                AuthorizationDetails = shape.Details,
                IssuedAt = new DateTimeOffset(issuedAt),
                ExpiresAt = new DateTimeOffset(expiresAt),
            },
            Rules = shape.Rules,
            Issuance = new Issuance
            {
                Token = Handle.ToString(),
                Rules = shape.Rules,
                ExpiresBy = shape.ExpiresBy,
                Elevations = shape.Elevations,
                Embedded = Issuance.EmbeddedIn(Carried),
            },
            FromCache = true,
            KeptUntil = keptUntil,
        };
    }

    public RuleUse ToRuleUse() => new()
    {
        Rules = shape.Rules,
        Client = shape.Client,
        Targets = shape.Targets,
        IssuedAt = new DateTimeOffset(issuedAt),
        ExpiresAt = new DateTimeOffset(expiresAt),
        Answers = Answers,
    };

    /// <summary>A constant: the token stays hidden.</summary>
    public override string ToString() => nameof(CachedToken);

    /// <param name="Lineage">Null where the token shows it.</param>
    /// <param name="Carried">As <see cref="FreshToken.Carried"/>.</param>
    private sealed record Rarity(Lineage? Lineage, ImmutableArray<CarriedToken> Carried);
}
