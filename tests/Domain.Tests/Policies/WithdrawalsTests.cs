using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Decisions;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary>A policy that takes back an edge, or a part of one, revokes what was minted under it.</summary>
public sealed class WithdrawalsTests
{
    private const string Rule =
        "from: a, scopes: [read, write], elevate: { admin: write }, lifetime: 5m, claims: { country: pass, tier: { set: gold } }, "
        + "when: { claims: { country: [NO, SE] } }, authorization_details: { type: order, actions: [place, cancel] }, refresh: { lifetime: 2d }";

    private static readonly DateTimeOffset Now = Subjects.Now;

    [Theory]
    [InlineData("scopes: [read, write]", "scopes: [read]")]
    [InlineData("elevate: { admin: write }, ", "")]
    [InlineData("elevate: { admin: write }", "elevate: { admin: read }")]
    [InlineData("lifetime: 5m", "lifetime: 4m")]
    [InlineData("country: pass, tier", "tier")]
    [InlineData("{ set: gold }", "{ set: silver }")]
    [InlineData("country: pass", "country: pass, sub: pairwise")]
    [InlineData("country: [NO, SE]", "country: [NO]")]
    [InlineData("actions: [place, cancel]", "actions: [place]")]
    [InlineData(", authorization_details: { type: order, actions: [place, cancel] }", "")]
    [InlineData("refresh: { lifetime: 2d }", "refresh: { lifetime: 1d }")]
    [InlineData(", refresh: { lifetime: 2d }", "")]
    [InlineData("from: a,", "from: b,")]
    [InlineData("audience: https://c.example", "audience: https://c2.example")]
    [InlineData("signing_algorithm: ES256", "dpop: required")]
    [InlineData("signing_algorithm: ES256", "certificate_binding: required")]
    [InlineData("signing_algorithm: ES256", "token_format: opaque")]
    public void Revokes_what_was_minted_on_a_narrowed_edge(string old, string narrowed)
    {
        var withdrawals = After(old, narrowed);

        Assert.Equal(RefusalReason.SubjectTokenRevoked, withdrawals.Check(Lineage(revision: 1, ("a", "c")))?.Reason);
        Assert.NotNull(withdrawals.Check(Lineage(revision: 1, ("x", "a"), ("a", "c"), ("c", "d"))));
        Assert.Null(withdrawals.Check(Lineage(revision: 2, ("a", "c"))));
        Assert.Null(withdrawals.Check(Lineage(revision: 1, ("c", "d"))));
        Assert.Null(withdrawals.Check(null));
    }

    [Theory]
    [InlineData("revision: 1", "revision: 1")]
    [InlineData("from: a,", "from: [a, b],")]
    [InlineData("lifetime: 5m", "lifetime: 6m")]
    [InlineData("lifetime: 5m, ", "")]
    [InlineData("elevate: { admin: write }", "elevate: { admin: write, read: write }")]
    [InlineData("country: [NO, SE]", "country: [SE, NO]")]
    [InlineData(", actions: [place, cancel]", ", actions: [place, cancel, refund]")]
    [InlineData(", actions: [place, cancel]", "")]
    [InlineData("refresh: { lifetime: 2d }", "refresh: { lifetime: 3d }")]
    [InlineData("refresh: { lifetime: 2d }", "refresh: { lifetime: 2d }, rebind: allowed")]
    [InlineData("signing_algorithm: ES256", "signing_algorithm: RS256")]
    public void Keeps_what_was_minted_on_an_edge_that_grants_as_much_or_more(string old, string widened) =>
        Assert.Empty(After(old, widened).All);

    [Fact]
    public void Revokes_what_goes_back_to_an_issuer_that_is_trusted_no_more_be_it_of_an_actor()
    {
        var withdrawals = After("  - { issuer: https://other.example, audiences: [https://a.example], max_lifetime: 1h, subject_prefix: \"o:\" }\n", "");
        var other = new RootSubject("https://other.example", "bob", null, Now, new TokenHandle(9));

        var login = new RootSubject("https://login.example", "alice", null, Now, new TokenHandle(1));

        Assert.NotNull(withdrawals.Check(Of(1, other, [], ("c", "d"))));
        Assert.NotNull(withdrawals.Check(Of(1, login, [other], ("c", "d"))));
        Assert.Null(withdrawals.Check(Of(2, other, [], ("c", "d"))));
        Assert.Null(withdrawals.Check(Lineage(1, ("c", "d"))));
    }

    [Fact]
    public void Revokes_a_token_that_could_be_handed_on_by_a_narrowed_edge()
    {
        var withdrawals = After("scopes: [read, write]", "scopes: [read]");

        Assert.NotNull(withdrawals.Check(HandedOn(revision: 1, "c")));
        Assert.Null(withdrawals.Check(HandedOn(revision: 2, "c")));
        Assert.Null(withdrawals.Check(HandedOn(revision: 1, "d")));

        Lineage HandedOn(long revision, string target) => Of(
            revision, new RootSubject("https://login.example", "alice", null, Now, new TokenHandle(1)), [], [new Hop("a", target)], ("x", "a"));
    }

    [Fact]
    public void What_is_granted_again_stays_revoked_until_nothing_of_it_is_alive()
    {
        var (one, two, three) = (Compile(Text()), Compile(Text().Replace("scopes: [read, write]", "scopes: [read]", StringComparison.Ordinal), 2), Compile(Text(), 3));
        var narrowed = Withdrawals.None.Then(one, two, Now);
        var widened = narrowed.Then(two, three, Now.AddHours(1));

        Assert.NotNull(widened.Check(Lineage(1, ("a", "c"))));
        Assert.Null(widened.Check(Lineage(3, ("a", "c"))));

        // Refresh tokens of the first policy live for two days.
        Assert.NotEmpty(widened.Then(three, Compile(Text(), 4), Now.AddDays(2)).All);
        Assert.Empty(widened.Then(three, Compile(Text(), 4), Now.AddDays(2).AddHours(1)).All);
    }

    [Fact]
    public void Remembers_how_long_the_tokens_of_earlier_policies_live()
    {
        var (one, two, three) = (Compile(Text()), Compile(Text().Replace(", refresh: { lifetime: 2d }", "", StringComparison.Ordinal), 2), Compile(Text().Replace(", refresh: { lifetime: 2d }", "", StringComparison.Ordinal), 3));
        var shortened = Withdrawals.None.Then(one, two, Now).Then(two, three, Now.AddHours(2));

        Assert.True(shortened.AliveUntil >= Now.AddDays(2));
    }

    [Fact]
    public void Survives_being_stored()
    {
        var withdrawals = After("scopes: [read, write]", "scopes: [read]");

        var restored = Withdrawals.Restore(withdrawals.All, withdrawals.AliveUntil);
        Assert.NotNull(restored.Check(Lineage(1, ("a", "c"))));
        Assert.Throws<FormatException>(() => Withdrawals.Restore([.. withdrawals.All, .. withdrawals.All], Now));
        Assert.Throws<FormatException>(() => Withdrawals.Restore([new Withdrawal(null, null, 1, Now)], Now));
    }

    private static Withdrawals After(string old, string changed)
    {
        Assert.Contains(old, Text(), StringComparison.Ordinal);
        return Withdrawals.None.Then(Compile(Text()), Compile(Text().Replace(old, changed, StringComparison.Ordinal), revision: 2), Now);
    }

    private static Lineage Lineage(long revision, params (string Client, string Target)[] hops) =>
        Of(revision, new RootSubject("https://login.example", "alice", null, Now, new TokenHandle(1)), [], hops);

    private static Lineage Of(long revision, RootSubject root, RootSubject[] actors, params (string Client, string Target)[] hops) =>
        Of(revision, root, actors, [], hops);

    private static Lineage Of(long revision, RootSubject root, RootSubject[] actors, Hop[] reuses, params (string Client, string Target)[] hops) => new()
    {
        Root = root,
        Actors = [.. actors],
        Ancestors = [root.Handle],
        Hops = [.. hops.Select(hop => new Hop(hop.Client, hop.Target))],
        Reuses = [.. reuses],
        Elevations = [],
        PolicyRevision = revision,
        RevocationIncarnation = Guid.Empty,
        RevocationEpoch = 0,
    };

    private static PolicySnapshot Compile(string text, int revision = 1)
    {
        var compilation = PolicyCompiler.Compile(text.Replace("revision: 1", $"revision: {revision}", StringComparison.Ordinal), "policy.yaml");
        return compilation.Snapshot ?? throw new ArgumentException(string.Join('\n', compilation.Mistakes), nameof(text));
    }

    private static string Text() => $$"""
        revision: 1
        issuer: https://sts.example
        trusted_issuers:
          - { issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }
          - { issuer: https://other.example, audiences: [https://a.example], max_lifetime: 1h, subject_prefix: "o:" }
        services:
          a: { domain: here, audience: https://a.example, scopes: [read, write, admin], authorization_details_types: [order] }
          b: { domain: here, audience: https://b.example, scopes: [read, write, admin], authorization_details_types: [order] }
          c:
            domain: there
            audience: https://c.example
            signing_algorithm: ES256
            scopes: [read, write, admin]
            authorization_details_types: [order]
            accepts: [{ {{Rule}} }]
          d: { domain: there, audience: https://d.example, scopes: [read], accepts: [{ from: c, scopes: [read] }] }

        """;
}
