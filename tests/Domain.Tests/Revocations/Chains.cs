using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Minting;
using ExchangeCluster.Domain.Tests.SubjectTokens;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Revocations;

/// <summary>Tokens as the minter really makes them and the validator really reads them, and revocations of them.</summary>
internal static class Chains
{
    public static readonly Guid Incarnation = new("00112233-4455-6677-8899-aabbccddeeff");

    public static readonly DateTimeOffset Now = Scene.Now;

    public static ClusterSecret Secret => Scene.KeyRing.Secret;

    /// <summary>A token of another issuer, where chains begin.</summary>
    public static ValidatedToken Foreign(
        string subject = "alice", string? session = "s-1", string issuer = "https://login.shop.example", ulong handle = 7,
        DateTimeOffset? issuedAt = null, string? clientId = null, bool hasDate = true)
    {
        DateTimeOffset? date = hasDate ? issuedAt ?? Now : null;
        var token = MintingFixture.SubjectToken(new RootSubject(issuer, subject, session, date, new TokenHandle(handle)));
        return new ValidatedToken
        {
            TokenType = token.TokenType,
            Issuer = issuer,
            Subject = subject,
            Audiences = token.Audiences,
            ClientId = clientId,
            Scope = token.Scope,
            ExpiresAt = Now.AddHours(1),
            IssuedAt = date,
            Handle = token.Handle,
            Root = token.Root,
            Lineage = null,
            Claims = token.Claims,
        };
    }

    /// <summary>What <paramref name="client"/> gets for <paramref name="parent"/>, minted under this epoch.</summary>
    public static ValidatedToken Exchange(ValidatedToken parent, string client, string target, long epoch, Guid? incarnation = null)
    {
        var command = new ExchangeCommand
        {
            Client = client,
            Subject = parent,
            Targets = [target],
            RequestedScope = null,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        };
        var context = new MintContext(Scene.OurIssuer, 12, incarnation ?? Incarnation, epoch);
        var issued = TokenMinter.Mint(MintingFixture.Granted(expiresAt: Now.AddMinutes(5)), command, Scene.KeyRing, context, Now);
        return Scene.Accepts(issued.Token.Reveal());
    }

    public static Revocation Entry(RevocationTarget target, long epoch, bool isBlock = false, DateTimeOffset? at = null) => new()
    {
        Id = target.Id(isBlock, Secret),
        Target = target,
        IsBlock = isBlock,
        Epoch = epoch,
        At = at ?? Now,
        ExpiresAt = isBlock ? null : (at ?? Now).AddHours(1),
        By = "sts",
        BySubject = null,
    };

    public static RevocationSnapshot Snapshot(params ImmutableArray<Revocation> entries)
    {
        var builder = new RevocationBuilder();
        foreach (var entry in entries)
        {
            builder.Set(entry);
        }

        return builder.ToSnapshot(Incarnation);
    }

    public static bool Covers(this RevocationSnapshot snapshot, ValidatedToken token)
    {
        var refusal = snapshot.Check(token, Secret);
        Assert.True(refusal is null or { Reason: RefusalReason.SubjectTokenRevoked });
        return refusal is not null;
    }

    /// <summary>One cut-off, later than every token of these tests.</summary>
    public static bool IsCoveredBy(this ValidatedToken token, RevocationTarget target) => Snapshot(Entry(target, 100)).Covers(token);
}
