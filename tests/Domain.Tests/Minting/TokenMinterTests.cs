using System.Text.Json;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;
using static ExchangeCluster.Domain.Tests.Minting.MintingFixture;

namespace ExchangeCluster.Domain.Tests.Minting;

public sealed class TokenMinterTests
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task Accepted_by_a_stock_handler_that_knows_only_the_jwks(string algorithm)
    {
        var issued = TokenMinter.Mint(Granted(algorithm), Command(), Ring, Context, Now);

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(issued.Token.Reveal(), new TokenValidationParameters
        {
            ValidIssuer = Context.Issuer,
            ValidAudience = "https://orders.shop.example",
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [algorithm],
            IssuerSigningKeys = new JsonWebKeySet(System.Text.Encoding.UTF8.GetString(Ring.Jwks.Span)).GetSigningKeys(),
            LifetimeValidator = (_, expires, _, _) => expires == Now.AddMinutes(5).UtcDateTime,
        });

        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public void Header_names_algorithm_key_and_type(string algorithm)
    {
        var header = Part(TokenMinter.Mint(Granted(algorithm), Command(), Ring, Context, Now), 0);

        var kid = Ring.SigningKeyFor(algorithm, Now).KeyId;
        Assert.Equal($$"""{"alg":"{{algorithm}}","kid":"{{kid}}","typ":"at+jwt"}""", header.GetRawText());
    }

    [Fact]
    public void Claims_are_exactly_those_of_the_decision()
    {
        var issued = TokenMinter.Mint(
            Granted(scope: "orders.place browse", claims: [("country", "\"NO\""), ("partner", "{\"id\":[1,2.50]}")]),
            Command(), Ring, Context, Now.AddMilliseconds(900));

        var claims = Part(issued, 1);
        Assert.Equal(
            ["iss", "aud", "client_id", "scope", "sub", "exp", "iat", "jti", "country", "partner", "lineage"],
            claims.EnumerateObject().Select(member => member.Name));
        Assert.Equal(Context.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal("alice", claims.GetProperty("sub").GetString());
        Assert.Equal("https://orders.shop.example", claims.GetProperty("aud").GetString());
        Assert.Equal(1_900_000_300, claims.GetProperty("exp").GetInt64());
        Assert.Equal(1_900_000_000, claims.GetProperty("iat").GetInt64());
        Assert.Equal("web", claims.GetProperty("client_id").GetString());
        Assert.Equal("browse orders.place", claims.GetProperty("scope").GetString());
        Assert.Equal("NO", claims.GetProperty("country").GetString());
        Assert.Equal("{\"id\":[1,2.50]}", claims.GetProperty("partner").GetRawText());
    }

    [Fact]
    public void Begins_with_what_does_not_depend_on_the_subject()
    {
        string Opening(string subject, DateTimeOffset now) => ClaimsBeforeSubject(TokenMinter.Mint(
            Granted(subject: subject, expiresAt: now.AddSeconds(60)) with { AuthorizationDetails = AuthorizationDetails.Of([JsonElement.Parse("""{"type":"payment"}""")]) },
            Command(SubjectToken(Root(subject))), Ring, Context, now));

        Assert.Equal(Opening("alice", Now), Opening("bob", Now.AddSeconds(7)));
        Assert.Equal(
            """{"iss":"https://sts.shop.example","aud":"https://orders.shop.example","client_id":"web","scope":"browse","authorization_details":[{"type":"payment"}],""",
            Opening("alice", Now));

        static string ClaimsBeforeSubject(IssuedToken token) => Part(token, 1).GetRawText().Split("\"sub\"")[0];
    }

    [Fact]
    public void Several_audiences_are_an_array_and_an_empty_scope_is_left_out()
    {
        var claims = Part(TokenMinter.Mint(Granted(audiences: ["a", "b"], scope: ""), Command(), Ring, Context, Now), 1);

        Assert.Equal("""["a","b"]""", claims.GetProperty("aud").GetRawText());
        Assert.False(claims.TryGetProperty("scope", out _));
    }

    [Fact]
    public void Token_ids_do_not_repeat()
    {
        var ids = Enumerable.Range(0, 1000)
            .Select(_ => Part(TokenMinter.Mint(Granted(), Command(), Ring, Context, Now), 1).GetProperty("jti").GetString()!)
            .ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.Equal(22, id.Length));
    }

    [Theory]
    [InlineData(TokenTypeIdentifiers.AccessToken)]
    [InlineData(TokenTypeIdentifiers.Jwt)]
    public void Answer_says_what_was_issued(string requestedTokenType)
    {
        var issued = TokenMinter.Mint(
            Granted(expiresAt: Now.AddSeconds(60.9)), Command(requestedTokenType: requestedTokenType), Ring, Context, Now);

        Assert.Equal(requestedTokenType, issued.IssuedTokenType);
        Assert.Equal("Bearer", issued.TokenType);
        Assert.Equal("browse", issued.Scope.Text);
        Assert.Equal(Now, issued.IssuedAt);
        Assert.Equal(Now.AddSeconds(60), issued.ExpiresAt);
    }

    [Fact]
    public void Pairwise_subject_is_stable_for_one_audience_and_unlinkable_otherwise()
    {
        string Pseudonym(string subject, string issuer, string audience, TokenHandle handle) => Part(
            TokenMinter.Mint(
                Granted(subject: null, audiences: [audience]),
                Command(SubjectToken(Root(subject, issuer) with { Handle = handle })), Ring, Context, Now), 1)
            .GetProperty("sub").GetString()!;

        var alice = Pseudonym("alice", "https://a", "x", new TokenHandle(1));

        Assert.Equal(43, alice.Length);
        Assert.Equal(alice, Pseudonym("alice", "https://a", "x", new TokenHandle(2)));
        Assert.NotEqual(alice, Pseudonym("alice", "https://a", "y", new TokenHandle(1)));
        Assert.NotEqual(alice, Pseudonym("alice", "https://b", "x", new TokenHandle(1)));
        Assert.NotEqual(alice, Pseudonym("bob", "https://a", "x", new TokenHandle(1)));
    }

    [Fact]
    public void Lineage_grows_along_the_chain()
    {
        var first = Read(TokenMinter.Mint(Granted(), Command(), Ring, Context, Now));
        Assert.Equal(Root(), first.Root);
        Assert.Equal([new TokenHandle(7)], first.Ancestors);
        Assert.Equal([new Hop("web", "orders")], first.Hops);
        Assert.Equal([new Elevation("locate", "geolocation")], first.Elevations);
        Assert.Equal(12, first.PolicyRevision);
        Assert.Equal(Context.RevocationIncarnation, first.RevocationIncarnation);
        Assert.Equal(42, first.RevocationEpoch);

        var second = Read(TokenMinter.Mint(
            Granted(), Command(SubjectToken(handle: new TokenHandle(8), lineage: first), targets: ["credit", "geo"]), Ring, Context, Now));
        Assert.Equal(Root(), second.Root);
        Assert.Equal([new TokenHandle(7), new TokenHandle(8)], second.Ancestors);
        Assert.Equal([new Hop("web", "orders"), new Hop("web", "credit"), new Hop("web", "geo")], second.Hops);
    }

    [Fact]
    public void Lineage_remembers_the_actor_token_and_all_that_it_descends_from()
    {
        var login = new RootSubject("https://login.shop.example", "bob", "session-2", Now, new TokenHandle(20));
        var actor = SubjectToken(login, new TokenHandle(21), Read(TokenMinter.Mint(Granted(), Command(SubjectToken(login)), Ring, Context, Now)));
        var first = Read(TokenMinter.Mint(Granted(), Command(actor: actor), Ring, Context, Now));
        Assert.Equal(Root(), first.Root);
        Assert.Equal([login], first.Actors);
        Assert.Equal([new TokenHandle(7), new TokenHandle(20), new TokenHandle(21)], first.Ancestors);
        Assert.Equal([new Hop("web", "orders"), new Hop("web", "orders")], first.Hops);

        // The same actor token at the next hop is no news.
        var second = Read(TokenMinter.Mint(
            Granted(), Command(SubjectToken(handle: new TokenHandle(8), lineage: first), actor: actor), Ring, Context, Now));
        Assert.Equal([login], second.Actors);
        Assert.Equal([.. first.Ancestors, new TokenHandle(8)], second.Ancestors);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.9)]
    public void Refuses_what_has_expired(double seconds) => Assert.Throws<InvalidOperationException>(
        () => TokenMinter.Mint(Granted(expiresAt: Now.AddSeconds(seconds)), Command(), Ring, Context, Now));

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("iat")]
    [InlineData("jti")]
    [InlineData("client_id")]
    [InlineData("scope")]
    [InlineData("cnf")]
    [InlineData("lineage")]
    public void Refuses_a_reserved_claim(string name) => Assert.Throws<InvalidOperationException>(
        () => TokenMinter.Mint(Granted(claims: [(name, "\"x\"")]), Command(), Ring, Context, Now));

    [Fact]
    public void Keeps_who_acted()
    {
        var issued = TokenMinter.Mint(Granted(claims: [("act", """{"sub":"batch","act":{"sub":"web"}}""")]), Command(), Ring, Context, Now);

        Assert.Equal("""{"sub":"batch","act":{"sub":"web"}}""", Part(issued, 1).GetProperty("act").GetRawText());
    }

    [Fact]
    public void Refuses_a_claim_that_comes_twice() => Assert.Throws<InvalidOperationException>(
        () => TokenMinter.Mint(Granted(claims: [("a", "1"), ("b", "1"), ("a", "2")]), Command(), Ring, Context, Now));

    [Theory]
    [InlineData]
    [InlineData("a", "b")]
    public void Refuses_a_pseudonym_without_exactly_one_audience(params string[] audiences) =>
        Assert.Throws<InvalidOperationException>(
            () => TokenMinter.Mint(Granted(subject: null, audiences: [.. audiences]), Command(), Ring, Context, Now));

    [Fact]
    public void Refuses_a_chain_beyond_the_bound()
    {
        var full = new Lineage
        {
            Root = Root(),
            Ancestors = [new TokenHandle(7)],
            Hops = [.. Enumerable.Repeat(new Hop("web", "orders"), Lineage.MaxHops)],
            Elevations = [],
            PolicyRevision = 1,
            RevocationIncarnation = Guid.Empty,
            RevocationEpoch = 1,
        };

        Assert.Throws<InvalidOperationException>(
            () => TokenMinter.Mint(Granted(), Command(SubjectToken(lineage: full)), Ring, Context, Now));
    }

    private static JsonElement Part(IssuedToken token, int index) =>
        JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.Token.Reveal().Split('.')[index])).RootElement;

    private static Lineage Read(IssuedToken token)
    {
        var claims = Part(token, 1);
        Assert.True(LineageCodec.TryDecrypt(
            claims.GetProperty("lineage").GetString()!, Ring.Secret, claims.GetProperty("jti").GetString()!, out var lineage));
        return lineage;
    }
}
