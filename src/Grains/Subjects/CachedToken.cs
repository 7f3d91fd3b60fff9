using System.Collections.Immutable;
using System.Text;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>A token in memory, the state it was decided under, and what an operator may see of it. There may be millions.</summary>
public sealed class CachedToken
{
    // A JWT is ASCII: as a string it would take twice as much.
    private readonly byte[] text;
    private readonly string issuedTokenType;
    private readonly string tokenType;
    private readonly ScopeSet scope;
    private readonly AuthorizationDetails details;
    private readonly DateTimeOffset issuedAt;
    private readonly DateTimeOffset expiresAt;
    private readonly Issuance issuance;
    private readonly string client;
    private readonly ImmutableArray<string> targets;

    /// <param name="key">What was asked.</param>
    /// <param name="token">What was answered, the first time.</param>
    /// <param name="versions">The state that it was decided under.</param>
    public CachedToken(CacheKey key, FreshToken token, StateVersions versions)
    {
        (Key, Versions) = (key, versions);
        text = Encoding.ASCII.GetBytes(token.Token.Token.Reveal());
        (issuedTokenType, tokenType, scope, details) = (token.Token.IssuedTokenType, token.Token.TokenType, token.Token.Scope, token.Token.AuthorizationDetails);
        (issuedAt, expiresAt, UsableUntil) = (token.Token.IssuedAt, token.Token.ExpiresAt, token.UsableUntil);
        (Handle, Lineage, Carried, issuance) = (token.Handle, token.Lineage, token.Carried, token.Issuance);
        (client, targets) = (token.Client, token.Targets);
    }

    public CacheKey Key { get; }

    /// <summary>The state that it was decided under, or has been checked against since.</summary>
    public StateVersions Versions { get; set; }

    /// <summary>As <see cref="FreshToken.UsableUntil"/>.</summary>
    public DateTimeOffset UsableUntil { get; }

    /// <summary>As <see cref="FreshToken.Handle"/>.</summary>
    public TokenHandle Handle { get; }

    /// <summary>As <see cref="FreshToken.Lineage"/>.</summary>
    public Lineage Lineage { get; }

    /// <summary>As <see cref="FreshToken.Carried"/>.</summary>
    public ImmutableArray<CarriedToken> Carried { get; }

    /// <summary>Answers given with it so far, the first included.</summary>
    public long Answers { get; private set; } = 1;

    /// <summary>Counts one more answer.</summary>
    public SubjectReply.Issued Answer()
    {
        Answers++;
        return new SubjectReply.Issued
        {
            Token = new IssuedToken
            {
                Token = new SensitiveText(Encoding.ASCII.GetString(text)),
                IssuedTokenType = issuedTokenType,
                TokenType = tokenType,
                Scope = scope,
                AuthorizationDetails = details,
                IssuedAt = issuedAt,
                ExpiresAt = expiresAt,
            },
            Rules = issuance.Rules,
            Issuance = issuance,
            FromCache = true,
            KeptUntil = UsableUntil,
        };
    }

    public RuleUse ToRuleUse() => new()
    {
        Rules = issuance.Rules,
        Client = client,
        Targets = targets,
        IssuedAt = issuedAt,
        ExpiresAt = expiresAt,
        Answers = Answers,
    };

    /// <summary>A constant: the token stays hidden.</summary>
    public override string ToString() => nameof(CachedToken);
}
