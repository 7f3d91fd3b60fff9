using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>The one elevation in time: what it reaches, and what still ends it.</summary>
public sealed class RefreshingTests
{
    private const string A = "https://a.example";

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile("""
        revision: 1
        issuer: https://sts.example
        max_lifetime: 10m
        trusted_issuers:
          - { issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }
        services:
          a: { domain: x, audience: https://a.example, scopes: [read, write] }
          b: { domain: x, audience: https://b.example, scopes: [read, write], accepts: [{ from: a, scopes: [read, write], refresh: { lifetime: 30d } }] }
          c: { domain: x, audience: https://c.example, scopes: [read], accepts: [{ from: a, scopes: [read], refresh: { lifetime: 1h } }] }
          d: { domain: x, audience: https://d.example, scopes: [read], accepts: [{ from: a, scopes: [read] }] }
          fresh: { domain: x, audience: https://fresh.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { max_age: 15m }, refresh: { lifetime: 1d } }] }
        """);

    private static readonly DateTimeOffset Now = Subjects.Now;

    [Fact]
    public void Lasts_from_the_first_exchange_on()
    {
        Assert.Equal(Now.AddDays(30), Granted(Ask("b")).RefreshUntil);
        Assert.Equal(Now.AddHours(1), Granted(Ask("b c")).RefreshUntil);
        Assert.Equal(Now.AddHours(1), Granted(Use("c", startedBefore: TimeSpan.Zero)).RefreshUntil);
        Assert.Equal(Now.AddMinutes(20), Granted(Use("c", startedBefore: TimeSpan.FromMinutes(40))).RefreshUntil);
    }

    [Fact]
    public void Is_refused_where_one_rule_gives_none()
    {
        Assert.Equal(RefusalReason.UnsupportedRequestedTokenType, Refused(Ask("d")));
        Assert.Equal(RefusalReason.UnsupportedRequestedTokenType, Refused(Ask("b d")));
        Assert.Equal(RefusalReason.UnsupportedRequestedTokenType, Refused(Use("d", TimeSpan.Zero)));
    }

    [Fact]
    public void Lets_a_token_outlive_the_subject_token_but_not_itself()
    {
        Assert.Equal(Now.AddMinutes(10), Granted(Use("c", TimeSpan.FromMinutes(40))).ExpiresAt);
        Assert.Equal(Now.AddMinutes(1), Granted(Use("c", TimeSpan.FromMinutes(59))).ExpiresAt);
        Assert.Equal(RefusalReason.SubjectTokenExpired, Refused(Use("c", TimeSpan.FromMinutes(60))));
        Assert.Equal(RefusalReason.SubjectTokenExpired, Refused(Use("b", TimeSpan.Zero, until: Now)));
        Assert.Equal(Now.AddSeconds(5), Granted(Use("b", TimeSpan.Zero, until: Now.AddSeconds(5.9))).ExpiresAt);
    }

    [Fact]
    public void Gives_no_more_than_was_granted_at_first()
    {
        Assert.Equal("read", Granted(Use("b", TimeSpan.Zero, scope: "read")).Scope.Text);
        Assert.Equal(RefusalReason.ScopeNotGranted, Refused(Use("b", TimeSpan.Zero, scope: "read") with { RequestedScope = ScopeSet.Of("write") }));
        Assert.Equal(RefusalReason.NothingGranted, Refused(Use("c", TimeSpan.Zero, scope: "write")));
    }

    [Fact]
    public void Does_not_make_an_authentication_fresh()
    {
        var subject = Subjects.Foreign(A, "read", claims: $$"""{"auth_time":{{Now.AddMinutes(-14).ToUnixTimeSeconds()}}}""");

        Assert.Equal(Now.AddMinutes(1), Granted(Use("fresh", TimeSpan.Zero) with { Subject = subject }).ExpiresAt);
        Assert.Equal(
            RefusalReason.AuthenticationInsufficient,
            Decider.Decide(Policy, Use("fresh", TimeSpan.Zero) with { Subject = subject }, Now.AddMinutes(1)).Refusal!.Reason);
    }

    [Fact]
    public void Ends_all_that_follows_with_the_one_that_the_chain_lives_by()
    {
        var refreshed = Subjects.Service("a");
        var subject = Subjects.Foreign(A, "read write");
        var chained = new ValidatedToken
        {
            TokenType = subject.TokenType,
            Issuer = "https://sts.example",
            Subject = "alice",
            Audiences = [A],
            ClientId = "z",
            Scope = subject.Scope,
            ExpiresAt = subject.ExpiresAt,
            IssuedAt = Now,
            Handle = subject.Handle,
            Root = subject.Root,
            Lineage = new Lineage
            {
                Root = subject.Root,
                Ancestors = [subject.Handle],
                Hops = refreshed.Lineage!.Hops,
                Elevations = [],
                RefreshUntil = Now.AddDays(1),
                PolicyRevision = 1,
                RevocationIncarnation = Guid.Empty,
                RevocationEpoch = 0,
            },
            Claims = subject.Claims,
        };

        Assert.Equal(Now.AddDays(1), Granted(Ask("b") with { Subject = chained }).RefreshUntil);
        Assert.Equal(Now.AddDays(1), Granted(Subjects.Command("a", chained, "d")).RefreshUntil);
        Assert.Equal(Now.AddDays(1), Granted(Use("b", TimeSpan.Zero) with { Subject = chained }).RefreshUntil);
        Assert.Null(Granted(Subjects.Command("a", subject, "d")).RefreshUntil);
    }

    [Fact]
    public void Is_an_ancestor_of_what_is_issued_for_it()
    {
        var command = Use("b", TimeSpan.Zero);
        var granted = Granted(command);

        var lineage = TokenMinter.LineageOf(granted, command, new MintContext("https://sts.example", 1, Guid.Empty, 7));

        Assert.Equal([command.Subject.Handle, command.Refresh!.Handle], lineage.Ancestors);
        Assert.Equal(granted.RefreshUntil, lineage.RefreshUntil);
    }

    private static ExchangeCommand Ask(string target) =>
        Subjects.Command("a", Subjects.Foreign(A, "read write"), target, target.Contains(' ', StringComparison.Ordinal) ? "read" : null)
            with
        { RequestedTokenType = TokenTypeIdentifiers.RefreshToken };

    private static ExchangeCommand Use(string target, TimeSpan startedBefore, DateTimeOffset? until = null, string scope = "read write") =>
        Subjects.Command("a", Subjects.Foreign(A, "read write", lifetimeSeconds: -600), target)
            with
        { Refresh = new RefreshFamily(new TokenHandle(77), Now - startedBefore, until ?? Now.AddDays(30), ScopeSet.Of(scope.Split(' '))) };

    private static Decision.Granted Granted(ExchangeCommand command) => Decider.Decide(Policy, command, Now).Token;

    private static RefusalReason Refused(ExchangeCommand command) =>
        Decider.Decide(Policy, command, Now).Refusal!.Reason;
}
