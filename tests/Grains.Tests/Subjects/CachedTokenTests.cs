using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects;

public sealed class CachedTokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private readonly TokenShapes shapes = new();
    private readonly Shop shop = new(Now);
    private readonly ClusterSnapshot snapshot;

    public CachedTokenTests() => snapshot = shop.Snapshot();

    [Fact]
    public void Gives_a_token_back_as_it_was()
    {
        var minted = Minted();

        var answer = Cached(minted).Answer(minted.UsableUntil);

        Assert.Equal(minted.Token.Token.Reveal(), answer.Token.Token.Reveal());
        Assert.Equal(
            (minted.Token.IssuedAt, minted.Token.ExpiresAt, minted.Token.Scope.Text, minted.Token.TokenType, minted.Token.IssuedTokenType),
            (answer.Token.IssuedAt, answer.Token.ExpiresAt, answer.Token.Scope.Text, answer.Token.TokenType, answer.Token.IssuedTokenType));
        Assert.Equivalent(minted.Issuance, answer.Issuance, strict: true);
        Assert.Equal((true, minted.UsableUntil), (answer.FromCache, answer.KeptUntil!.Value));
    }

    [Fact]
    public void Gives_a_reference_back_as_it_was()
    {
        var minted = Reference();

        Assert.Equal(minted.Token.Token.Reveal(), Cached(minted).Answer(minted.UsableUntil).Token.Token.Reveal());
    }

    [Fact]
    public void Reads_the_lineage_back_whether_or_not_the_token_shows_it()
    {
        Assert.Equivalent(Minted().Lineage, Cached(Minted()).LineageUnder(snapshot.KeyRing.Secret), strict: true);
        Assert.Equivalent(Reference().Lineage, Cached(Reference()).LineageUnder(snapshot.KeyRing.Secret), strict: true);
    }

    [Fact]
    public void Takes_a_token_whose_lineage_cannot_be_read_for_revoked()
    {
        var cached = Cached(Minted());
        Assert.False(SubjectExchange.IsCovered(cached, snapshot));

        Assert.Null(cached.LineageUnder(ClusterSecret.Generate()));
        Assert.True(SubjectExchange.IsCovered(cached, new Shop(Now).Snapshot()));
    }

    [Fact]
    public void Shares_a_shape_only_where_every_member_is_the_same()
    {
        var minted = Minted();
        var details = AuthorizationDetails.Of([System.Text.Json.JsonElement.Parse("""{"type":"payment"}""")]);
        TokenShape[] different =
        [
            TokenShape.Of(minted, Frame()),
            TokenShape.Of(minted, Frame(header: "other")),
            TokenShape.Of(minted, Frame(opening: "other")),
            TokenShape.Of(minted, Frame(signatureSize: 1)),
            TokenShape.Of(minted, null),
            TokenShape.Of(minted with { Client = "other" }, Frame()),
            TokenShape.Of(minted with { Targets = ["catalog", "other"] }, Frame()),
            TokenShape.Of(minted with { Issuance = Issuance(rules: ["other"]) }, Frame()),
            TokenShape.Of(minted with { Issuance = Issuance(expiresBy: "other") }, Frame()),
            TokenShape.Of(minted with { Issuance = Issuance(elevations: ["a by b"]) }, Frame()),
            TokenShape.Of(minted with { Token = Token(scope: ScopeSet.Of("other")) }, Frame()),
            TokenShape.Of(minted with { Token = Token(details: details) }, Frame()),
            TokenShape.Of(minted with { Token = Token(tokenType: AccessTokenTypes.Dpop) }, Frame()),
            TokenShape.Of(minted with { Token = Token(issuedTokenType: TokenTypeIdentifiers.Jwt) }, Frame()),
        ];

        Assert.Same(shapes.Shared(different[0]), shapes.Shared(TokenShape.Of(Minted(), Frame())));
        Assert.Equal(different.Length, different.Distinct().Count());
        Assert.Equal(typeof(TokenShape).GetProperties().Length, different.Length - 4);

        static TokenFrame Frame(string header = "header", string opening = "{", int signatureSize = 64) => new(header, opening, signatureSize);

        IssuedToken Token(ScopeSet? scope = null, AuthorizationDetails? details = null, string? tokenType = null, string? issuedTokenType = null) => new()
        {
            Token = minted.Token.Token,
            IssuedTokenType = issuedTokenType ?? minted.Token.IssuedTokenType,
            TokenType = tokenType ?? minted.Token.TokenType,
            Scope = scope ?? minted.Token.Scope,
            AuthorizationDetails = details ?? minted.Token.AuthorizationDetails,
            IssuedAt = minted.Token.IssuedAt,
            ExpiresAt = minted.Token.ExpiresAt,
        };

        Issuance Issuance(string[]? rules = null, string? expiresBy = null, string[]? elevations = null) => new()
        {
            Token = minted.Issuance.Token,
            Rules = rules is null ? minted.Issuance.Rules : [.. rules],
            ExpiresBy = expiresBy ?? minted.Issuance.ExpiresBy,
            Elevations = elevations is null ? minted.Issuance.Elevations : [.. elevations],
            Embedded = [],
        };
    }

    private CachedToken Cached(FreshToken token) => new(token, shapes);

    private FreshToken Reference()
    {
        var minted = Minted();
        return minted with { Token = minted.Token.Behind(TokenReference.Generate(snapshot.KeyRing.Secret)) };
    }

    private FreshToken Minted()
    {
        var command = new ExchangeCommand
        {
            Client = Shop.Web,
            Subject = SubjectTokenValidator.Validate(
                shop.Login.Token(Now, "alice", Shop.AudienceOf(Shop.Web), "browse", TimeSpan.FromMinutes(5)), TokenTypeIdentifiers.AccessToken, snapshot.Policy, snapshot.IssuerKeys, snapshot.KeyRing, Now).Token!,
            Targets = [Shop.Catalog],
            RequestedScope = null,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        };
        var granted = Decider.Decide(snapshot.Policy, command, Now).Token;
        var context = new MintContext(Shop.Issuer, snapshot.Policy.Revision, snapshot.Revocations.Incarnation, snapshot.Versions.Revocations);
        var minted = new TokenEmbedder(snapshot.Policy, snapshot.Revocations, snapshot.KeyRing, context, Now).Mint(granted, command);
        return new FreshToken
        {
            Token = minted.Token,
            FreshUntil = minted.FreshUntil,
            Handle = minted.Handle,
            Lineage = minted.Lineage,
            Carried = minted.Carried,
            Issuance = ExchangeCluster.Grains.Subjects.Issuance.Of(granted, minted),
            Client = command.Client,
            Targets = command.Targets,
            IsKept = true,
        };
    }
}
