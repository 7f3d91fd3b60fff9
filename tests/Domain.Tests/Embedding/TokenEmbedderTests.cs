using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Decisions;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.Domain.Tests.Policies.Sharing;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Embedding;

public sealed class TokenEmbedderTests
{
    /// <summary>b carries tokens for c, d and e; c carries one for f.</summary>
    private const string Services = """
        a: { domain: x, audience: https://a.example, scopes: [read, write] }
        b: { domain: x, audience: https://b.example, scopes: [read, write], accepts: [{ from: a, scopes: [read, write], claims: [k] }] }
        c: { domain: y, audience: https://c.example, scopes: [read, find], accepts: [{ from: b, scopes: [read], elevate: { find: write }, claims: [k], lifetime: 60s, share: embed }] }
        d: { domain: y, audience: https://d.example, scopes: [write], accepts: [{ from: b, scopes: [write], claims: { sub: pairwise, p: { set: 7 } }, share: embed }] }
        e: { domain: y, audience: https://e.example, scopes: [read], accepts: [{ from: b, scopes: [read], when: { claims: { k: 1 } }, share: embed }] }
        f: { domain: z, audience: https://f.example, scopes: [find], accepts: [{ from: c, scopes: [find], share: embed }] }
        """;

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile(PolicyTexts.Of(Services));

    [Fact]
    public void Embeds_what_each_target_would_have_got_by_an_exchange_on_two_levels()
    {
        var token = Mint("read write", """{"k":1}""").Token.Token.Reveal();

        var carried = Carried(token);
        Assert.Equal(["c", "d", "e"], carried.Keys);
        Assert.Equal(["f"], Carried(carried["c"]).Keys);
        AssertToken(carried["c"], "https://c.example", "b", "find read");
        AssertToken(carried["d"], "https://d.example", "b", "write");
        AssertToken(Carried(carried["c"])["f"], "https://f.example", "c", "find");
        Assert.Equal(7, Exchanges.ClaimsOf(carried["d"]).GetProperty("p").GetInt32());
        Assert.NotEqual("alice", Exchanges.ClaimsOf(carried["d"]).GetProperty("sub").GetString());
        Assert.Equal(60, LifeOf(carried["c"]));
        Assert.Equal(60, LifeOf(Carried(carried["c"])["f"]));
    }

    [Fact]
    public void Grants_in_every_embedded_token_what_a_fresh_exchange_grants()
    {
        var token = Mint("read write", """{"k":1}""").Token.Token;
        AssertLikeExchanges("b", token);

        void AssertLikeExchanges(string holder, SensitiveText parent)
        {
            var presented = Exchanges.Read(Policy, parent);
            foreach (var (target, text) in Carried(parent.Reveal()))
            {
                var command = Subjects.Command(holder, presented, target);
                var granted = Decider.Decide(Policy, command, Subjects.Now).Token;
                var embedded = Exchanges.Read(Policy, new SensitiveText(text));
                Assert.Equal(granted.Scope, embedded.Scope);
                Assert.Equal(granted.ExpiresAt, embedded.ExpiresAt);
                Assert.Equal(granted.Audiences, embedded.Audiences);
                Assert.Equal(Domain.Minting.TokenMinter.LineageOf(granted, command, Exchanges.ContextOf(Policy)).Hops, embedded.Lineage!.Hops);
                Assert.Equal(granted.Elevations, embedded.Lineage.Elevations);
                Assert.Equal(holder, embedded.ClientId);
                Assert.Contains(presented.Handle, embedded.Lineage.Ancestors);
                AssertLikeExchanges(target, new SensitiveText(text));
            }
        }
    }

    [Theory]
    [InlineData("write", "{}", "c d")]
    [InlineData("read", "{}", "c")]
    [InlineData("read", """{"k":2}""", "c")]
    [InlineData("read", """{"k":1}""", "c e")]
    public void Leaves_to_an_exchange_what_the_rules_refuse_now(string scope, string claims, string expected) =>
        Assert.Equal(expected, string.Join(' ', Carried(Mint(scope, claims).Token.Token.Reveal()).Keys));

    [Theory]
    [InlineData("when: { acr: gold }")]
    [InlineData("when: { max_age: 5m }")]
    [InlineData("when: { actor: required }")]
    [InlineData("when: { issuer: https://sts.example }")]
    public void Leaves_to_an_exchange_what_needs_more_than_the_token(string condition) =>
        Assert.Empty(Carried(Mint("read write", policy: With($"share: embed, {condition}")).Token.Token.Reveal()));

    [Fact]
    public void Leaves_everything_to_an_exchange_for_a_bound_token() => Assert.Empty(Carried(
        Mint("read write", edit: command => command with { Confirmation = Domain.ProofOfPossession.Confirmation.OfKey(new string('A', 43)) }).Token.Token.Reveal()));

    [Fact]
    public void Embeds_nothing_in_a_token_that_others_read_as_well() => Assert.Empty(Carried(Mint("read", policy: PolicyTexts.Compile(PolicyTexts.Of(
        Services + "\ng: { domain: x, audience: https://g.example, scopes: [read], accepts: [{ from: b, scopes: [read], claims: [k], share: reuse }] }")))
        .Token.Token.Reveal()));

    [Fact]
    public void Embeds_nothing_of_a_blocked_edge_or_client()
    {
        Assert.Equal(["d"], CarriedUnder(RevocationTarget.Edge("b", "c")));
        Assert.Empty(CarriedUnder(RevocationTarget.Client("b")));
        Assert.Empty(Carried(Carried(Mint("read write", revocations: Block(RevocationTarget.Client("c"))).Token.Token.Reveal())["c"]));

        static IEnumerable<string> CarriedUnder(RevocationTarget target) =>
            Carried(Mint("read write", revocations: Block(target)).Token.Token.Reveal()).Keys;
    }

    [Fact]
    public void Ends_embedded_tokens_with_the_one_that_carries_them()
    {
        var token = Mint("read write").Token.Token;
        var leaf = Exchanges.Read(Policy, new SensitiveText(Carried(Carried(token.Reveal())["c"])["f"]));

        var target = RevocationTarget.Token(Exchanges.Read(Policy, token).Handle);
        Assert.NotNull(Snapshot(Entry(target, isBlock: false)).Check(leaf, Exchanges.Ring.Secret));
        Assert.Null(Snapshot().Check(leaf, Exchanges.Ring.Secret));
    }

    [Fact]
    public void Fault_Z22_Refuses_an_embedded_token_after_its_own_end()
    {
        var token = Mint("read write").Token.Token;
        var later = Subjects.Now.AddMinutes(5);

        Assert.Null(Refusal(token.Reveal()));
        Assert.Equal(RefusalReason.SubjectTokenExpired, Refusal(Carried(token.Reveal())["c"])?.Reason);

        Refusal? Refusal(string text) => SubjectTokenValidator.Validate(
            text, TokenTypeIdentifiers.AccessToken, Policy, ImmutableDictionary<string, KeySet>.Empty, Exchanges.Ring, later).Refusal;
    }

    [Fact]
    public void Names_in_every_token_who_acts()
    {
        var policy = PolicyTexts.Compile(PolicyTexts.Of(Services.Replace("claims: [k] }", "claims: [k], when: { actor: allowed } }", StringComparison.Ordinal)));
        var token = Mint("read write", policy: policy, edit: command => command with { Actor = Subjects.Service("a") }).Token.Token.Reveal();

        foreach (var one in (string[])[token, Carried(token)["c"], Carried(token)["d"], Carried(Carried(token)["c"])["f"]])
        {
            Assert.Equal("a", Exchanges.ClaimsOf(one).GetProperty("act").GetProperty("sub").GetString());
        }
    }

    [Fact]
    public void Is_fresh_until_the_first_of_all_expires() =>
        Assert.Equal(Subjects.Now.AddSeconds(60), Mint("read write").FreshUntil);

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "c d e")]
    [InlineData(2, "c(f) d e")]
    public void Goes_as_deep_as_the_policy_says(int depth, string expected) =>
        Assert.Equal(expected, Shape(Mint("read write", """{"k":1}""", Limited(depth, 16384)).Token.Token.Reveal()));

    [Fact]
    public void Fills_the_budget_in_the_order_of_the_policy_nearest_first_and_never_exceeds_it()
    {
        var shapes = new List<string>();
        for (var size = EmbeddingLimits.LeastMaxBytes; size <= 9 * 1024; size += 64)
        {
            var token = Mint("read write", """{"k":1}""", Limited(2, size)).Token.Token;
            Assert.True(token.Length <= size || Carried(token.Reveal()).Count == 0, $"{token.Length} of {size}");
            shapes.Add(Shape(token.Reveal()));
        }

        Assert.Equal(["", "c", "c d", "c d e", "c(f) d e"], shapes.Where(shape => shape != "d" && shape != "c e").Distinct());
    }

    [Fact]
    public void Fault_Z22_Strips_what_a_presented_token_carries_so_that_nothing_of_it_passes_on()
    {
        var presented = Exchanges.Read(Policy, Mint("read write").Token.Token);

        Assert.False(presented.Claims.TryGetProperty(EmbeddedTokens.ClaimName, out _));
        var before = Carried(Mint("read write").Token.Token.Reveal());
        Assert.DoesNotContain(before["c"], Mint("read write").Token.Token.Reveal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claims: [embedded_tokens]")]
    [InlineData("claims: { embedded_tokens: { set: { c: { token: x } } } }")]
    [InlineData("claims: { other: { from: embedded_tokens } }")]
    public void Fault_Z24_Refuses_a_rule_that_makes_or_copies_the_claim(string claims) =>
        Assert.NotEmpty(PolicyTexts.MistakesOf(PolicyTexts.Of(Services.Replace("claims: [k] }", claims + " }", StringComparison.Ordinal))));

    [Fact]
    public void Warns_where_an_embedded_token_expires_first()
    {
        var compilation = PolicyCompiler.Compile(PolicyTexts.Of(Services), "policy.yaml");

        Assert.Equal(
            "policy.yaml:9:156: a token embedded for 'c' expires after 60 s, before the one for 'b' that carries it (900 s): from then on it is exchanged",
            Assert.Single(compilation.Warnings));
    }

    [Theory]
    [InlineData("embedding: { depth: 5 }")]
    [InlineData("embedding: { max_bytes: 1000 }")]
    [InlineData("embedding: { max_bytes: 20000 }")]
    public void Refuses_limits_out_of_bounds(string limits) => Assert.NotEmpty(PolicyTexts.MistakesOf(PolicyTexts.Of(Services, limits)));

    private static MintedToken Mint(
        string scope, string claims = "{}", PolicySnapshot? policy = null, RevocationSnapshot? revocations = null, Func<ExchangeCommand, ExchangeCommand>? edit = null)
    {
        policy ??= Policy;
        var command = (edit ?? (same => same))(Subjects.Command("a", Exchanges.Login(scope, claims), "b"));
        return new TokenEmbedder(policy, revocations ?? Snapshot(), Exchanges.Ring, Exchanges.ContextOf(policy), Subjects.Now)
            .Mint(Decider.Decide(policy, command, Subjects.Now).Token, command);
    }

    private static PolicySnapshot Limited(int depth, int size) => PolicyTexts.Compile(PolicyTexts.Of(
        Services, string.Create(CultureInfo.InvariantCulture, $"embedding: {{ depth: {depth}, max_bytes: {size} }}")));

    private static PolicySnapshot With(string share) => PolicyTexts.Compile(PolicyTexts.Of(Services.Replace("share: embed", share, StringComparison.Ordinal)
        .Replace("when: { claims: { k: 1 } }, share: embed", "share: embed", StringComparison.Ordinal)
        .Replace("when: { claims: { k: 1 } }, ", "", StringComparison.Ordinal)));

    /// <summary>By target, in the order of the claim.</summary>
    private static OrderedDictionary<string, string> Carried(string token)
    {
        var carried = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        if (Exchanges.ClaimsOf(token).TryGetProperty(EmbeddedTokens.ClaimName, out var entries))
        {
            foreach (var entry in entries.EnumerateObject())
            {
                carried[entry.Name] = entry.Value.GetProperty(EmbeddedTokens.TokenMember).GetString()!;
            }
        }

        return carried;
    }

    private static string Shape(string token) => string.Join(' ', Carried(token).Select(entry =>
        Shape(entry.Value) is { Length: > 0 } within ? $"{entry.Key}({within})" : entry.Key));

    private static void AssertToken(string token, string audience, string client, string scope)
    {
        JsonElement claims = Exchanges.ClaimsOf(token);
        Assert.Equal((audience, client, scope), (claims.GetProperty("aud").GetString(), claims.GetProperty("client_id").GetString(), claims.GetProperty("scope").GetString()));
    }

    private static long LifeOf(string token) =>
        Exchanges.ClaimsOf(token).GetProperty("exp").GetInt64() - Subjects.Now.ToUnixTimeSeconds();

    private static RevocationSnapshot Block(RevocationTarget target) => Snapshot(Entry(target, isBlock: true));

    private static Revocation Entry(RevocationTarget target, bool isBlock) => new()
    {
        Id = target.Id(isBlock, Exchanges.Ring.Secret),
        Target = target,
        IsBlock = isBlock,
        Epoch = 2,
        At = Subjects.Now,
        ExpiresAt = null,
        By = "sts",
        BySubject = null,
    };

    private static RevocationSnapshot Snapshot(params Revocation[] entries)
    {
        var builder = new RevocationBuilder();
        foreach (var entry in entries)
        {
            builder.Set(entry);
        }

        return builder.ToSnapshot(Exchanges.Incarnation);
    }
}
