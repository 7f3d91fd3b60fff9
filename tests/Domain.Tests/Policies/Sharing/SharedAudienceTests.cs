using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Decisions;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies.Sharing;

public sealed class SharedAudienceTests
{
    /// <summary>b may hand on to c and d, c to e; d sees only read, e no claim.</summary>
    private static readonly PolicySnapshot Policy = PolicyTexts.Compile(PolicyTexts.Of("""
        a: { domain: x, audience: https://a.example, scopes: [read, write] }
        b: { domain: x, audience: https://b.example, scopes: [read, write], accepts: [{ from: a, scopes: [read, write], claims: [k, may_act] }, { from: a, grants: client-credentials, scopes: [read] }] }
        c: { domain: x, audience: https://c.example, scopes: [read, write], accepts: [{ from: b, scopes: [read, write], claims: [k], share: reuse }] }
        d: { domain: x, audience: https://d.example, scopes: [read], accepts: [{ from: b, scopes: [read], claims: [k], share: reuse }] }
        e: { domain: x, audience: https://e.example, scopes: [read, write], accepts: [{ from: c, scopes: [read, write], share: reuse }] }
        f: { domain: y, audience: https://f.example, scopes: [read], accepts: [{ from: [b, c], scopes: [read] }] }
        """));

    [Theory]
    [InlineData("read", "{}", "c d e")]
    [InlineData("read write", "{}", "c e")]
    [InlineData("read", """{"k":1}""", "c d")]
    [InlineData("read write", """{"k":1}""", "c")]
    [InlineData("read", """{"may_act":{"sub":"a"}}""", "")]
    public void Names_whoever_may_see_all_that_the_token_holds(string scope, string claims, string expected) =>
        Assert.Equal(expected, Readers(Decide(scope, claims)));

    [Fact]
    public void Names_nobody_else_for_a_bound_token() =>
        Assert.Empty(Readers(Decide("read", edit: command => command with { Confirmation = Confirmation.OfKey("jkt") })));

    [Fact]
    public void Names_nobody_else_for_the_own_token_of_a_service() => Assert.Empty(Readers(Granted(new ExchangeCommand
    {
        Client = "a",
        Grant = Grants.ClientCredentials,
        Subject = ClientSubject.Of(Policy.Services["a"], Policy, Exchanges.Ring.Secret),
        Targets = ["b"],
        RequestedScope = null,
        RequestedTokenType = Protocol.TokenTypeIdentifiers.AccessToken,
    })));

    [Fact]
    public void Lets_whoever_it_was_handed_to_exchange_it_and_remembers_the_way()
    {
        var received = Exchanges.Exchange(Policy, "a", Exchanges.Login("read"), "b");
        Assert.Equal(["https://b.example", "https://c.example", "https://d.example", "https://e.example"], received.Audiences);

        Assert.Equal(["a -> b", "b -> c", "c -> f"], HopsOf(Exchanges.Exchange(Policy, "c", received, "f")));
        Assert.Equal(["a -> b", "b -> f"], HopsOf(Exchanges.Exchange(Policy, "b", received, "f")));
        Assert.NotNull(Decider.Decide(Policy, Subjects.Command("f", received, "d"), Subjects.Now).Refusal);
    }

    [Fact]
    public void Shows_an_end_of_the_edge_in_the_token_that_was_handed_on_and_in_what_came_of_it()
    {
        var received = Exchanges.Exchange(Policy, "a", Exchanges.Login("read"), "b");
        var byReader = Exchanges.Exchange(Policy, "c", received, "f");
        var byTarget = Exchanges.Exchange(Policy, "b", received, "f");
        var withoutReaders = Exchanges.Exchange(Policy, "a", Exchanges.Login("read", """{"may_act":{"sub":"a"}}"""), "b");
        var revocations = Snapshot(RevocationTarget.Edge("b", "c"), isBlock: false);

        Assert.NotNull(revocations.Check(received, Exchanges.Ring.Secret));
        Assert.NotNull(revocations.Check(byReader, Exchanges.Ring.Secret));
        Assert.Null(revocations.Check(byTarget, Exchanges.Ring.Secret));
        Assert.Null(revocations.Check(withoutReaders, Exchanges.Ring.Secret));
    }

    [Fact]
    public void Leaves_out_a_blocked_edge_and_what_is_reached_by_it_only()
    {
        Assert.Equal("d", Unblocked(RevocationTarget.Edge("b", "c")));
        Assert.Equal("c d", Unblocked(RevocationTarget.Client("c")));
        Assert.Equal("c d e", Unblocked(RevocationTarget.Edge("c", "f")));

        static string Unblocked(RevocationTarget target) =>
            Readers(SharedAudience.WithoutBlocked(Decide("read"), Snapshot(target, isBlock: true)));
    }

    private static RevocationSnapshot Snapshot(RevocationTarget target, bool isBlock)
    {
        var builder = new RevocationBuilder();
        builder.Set(new Revocation
        {
            Id = target.Id(isBlock, Exchanges.Ring.Secret),
            Target = target,
            IsBlock = isBlock,
            Epoch = 2,
            At = Subjects.Now,
            ExpiresAt = null,
            By = "sts",
            BySubject = null,
        });
        return builder.ToSnapshot(Exchanges.Incarnation);
    }

    private static IEnumerable<string> HopsOf(ValidatedToken token) => token.Lineage!.Hops.Select(hop => $"{hop.Client} -> {hop.Target}");

    private static string Readers(Decision.Granted granted) =>
        string.Join(' ', granted.Reuses.Select(edge => edge.Target).Order(StringComparer.Ordinal));

    private static Decision.Granted Decide(string scope, string claims = "{}", Func<ExchangeCommand, ExchangeCommand>? edit = null) =>
        Granted((edit ?? (command => command))(Command(scope, claims)));

    private static ExchangeCommand Command(string scope, string claims = "{}") =>
        Subjects.Command("a", Subjects.Foreign("https://a.example", scope, claims: claims), "b");

    private static Decision.Granted Granted(ExchangeCommand command) =>
        Decider.Decide(Policy, command, Subjects.Now).Token;
}
