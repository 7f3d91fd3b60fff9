using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects;

public sealed class TokenCacheTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly StateVersions Versions = new(1, 2, 3, 4, 5);

    private readonly TokenCache cache = new();
    private bool covered = true;

    [Fact]
    public void Finds_a_token_under_its_key_and_versions()
    {
        Add(Key(1), Now, TimeSpan.FromMinutes(1), Now);
        Add(Key(3), Now, TimeSpan.FromMinutes(2), Now);

        Assert.True(cache.TryAnswer(Key(1), Versions, Now, Covered, out var found));
        Assert.Equal((Now.AddMinutes(1), Now.AddSeconds(50)), (found.Token.ExpiresAt, found.KeptUntil));
        Assert.False(cache.TryAnswer(Key(2), Versions, Now, Covered, out _));
    }

    [Fact]
    public void Misses_when_any_version_differs()
    {
        Add(Key(1), Now, TimeSpan.FromMinutes(1), Now);

        StateVersions[] others =
        [
            Versions with { Policy = 0 }, Versions with { Keys = 0 }, Versions with { Revocations = 0 },
            Versions with { IssuerKeys = 0 }, Versions with { ClientKeys = 0 },
            Versions with { Incarnation = new Guid(1, 2, 3, new byte[8]) },
        ];
        Assert.All(others, other => Assert.False(cache.TryAnswer(Key(1), other, Now, Covered, out _)));
    }

    [Fact]
    public void Finds_a_token_that_later_revocations_do_not_cover_and_asks_once()
    {
        Add(Key(1), Now, TimeSpan.FromMinutes(1), Now);
        var later = Versions with { Revocations = 4 };
        covered = false;

        Assert.True(cache.TryAnswer(Key(1), later, Now, Covered, out _));

        covered = true;
        Assert.True(cache.TryAnswer(Key(1), later, Now, Covered, out _));
        Assert.False(cache.TryAnswer(Key(1), later with { Revocations = 5 }, Now, Covered, out _));
        covered = false;
        Assert.False(cache.TryAnswer(Key(1), later with { Policy = 7 }, Now, Covered, out _));
    }

    [Theory]
    [InlineData(60, 50, true)]
    [InlineData(60, 51, false)]
    [InlineData(6, 3, true)]
    [InlineData(6, 4, false)]
    [InlineData(2, 1, true)]
    [InlineData(2, 1.1, false)]
    [InlineData(1.6, 0.7, false)]
    public void Fault_Z21_Misses_when_little_life_is_left(double lifetimeSeconds, double ageSeconds, bool found)
    {
        Add(Key(1), Now, TimeSpan.FromSeconds(lifetimeSeconds), Now);

        Assert.Equal(found, cache.TryAnswer(Key(1), Versions, Now.AddSeconds(ageSeconds), Covered, out _));
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void Misses_when_little_life_is_left_of_what_a_token_carries(double ageSeconds, bool found)
    {
        Add(Key(1), Now, TimeSpan.FromHours(1), Now, freshFor: TimeSpan.FromSeconds(60));

        Assert.Equal(found, cache.TryAnswer(Key(1), Versions, Now.AddSeconds(ageSeconds), Covered, out _));
    }

    [Fact]
    public void Fault_X3_Drops_the_oldest_beyond_its_capacity()
    {
        for (var i = 0; i <= TokenCache.Capacity; i++)
        {
            Add(Key(i), Now.AddSeconds(i), TimeSpan.FromHours(1), Now.AddSeconds(i));
        }

        var later = Now.AddSeconds(TokenCache.Capacity);
        Assert.Equal(TokenCache.Capacity, cache.Count);
        Assert.False(cache.TryAnswer(Key(0), Versions, later, Covered, out _));
        Assert.True(cache.TryAnswer(Key(1), Versions, later, Covered, out _));
    }

    [Fact]
    public void Drops_the_useless_before_the_oldest()
    {
        Add(Key(0), Now, TimeSpan.FromHours(1), Now);
        Add(Key(1), Now.AddSeconds(1), TimeSpan.FromSeconds(60), Now);
        Add(Key(2), Now.AddSeconds(2), TimeSpan.FromHours(1), Now, Versions with { Policy = 0 });
        for (var i = 3; i < TokenCache.Capacity; i++)
        {
            Add(Key(i), Now.AddSeconds(3), TimeSpan.FromHours(1), Now);
        }

        var later = Now.AddMinutes(2);
        Add(Key(1000), later, TimeSpan.FromHours(1), later);

        Assert.True(cache.TryAnswer(Key(0), Versions, later, Covered, out _));
        Assert.Equal(TokenCache.Capacity - 1, cache.Count);
    }

    private bool Covered(CachedToken token) => covered;

    private static CacheKey Key(int number) => new(0, (UInt128)number);

    private void Add(
        CacheKey key, DateTimeOffset issuedAt, TimeSpan lifetime, DateTimeOffset now, StateVersions? versions = null, TimeSpan? freshFor = null)
    {
        var fresh = Fresh(issuedAt, lifetime, freshFor);
        cache.Add(key, versions ?? Versions, new CachedToken(fresh, new TokenShapes()), fresh.UsableUntil, now);
    }

    private static FreshToken Fresh(DateTimeOffset issuedAt, TimeSpan lifetime, TimeSpan? freshFor) => new()
    {
        Token = new IssuedToken
        {
            Token = new SensitiveText("token"),
            IssuedTokenType = TokenTypeIdentifiers.AccessToken,
            TokenType = AccessTokenTypes.Bearer,
            Scope = ScopeSet.Empty,
            IssuedAt = issuedAt,
            ExpiresAt = issuedAt + lifetime,
        },
        FreshUntil = issuedAt + (freshFor ?? lifetime),
        Carried = [],
        IsKept = true,
        Handle = new TokenHandle(1),
        Lineage = new Lineage
        {
            Root = new RootSubject("https://login.shop.example", "alice", null, issuedAt, new TokenHandle(1)),
            Ancestors = [new TokenHandle(1)],
            Hops = [new Hop("web", "catalog")],
            Elevations = [],
            PolicyRevision = 1,
            RevocationIncarnation = Guid.Empty,
            RevocationEpoch = 3,
        },
        Issuance = new Issuance { Token = "handle", Rules = ["catalog/accepts[0]"], ExpiresBy = "rule", Elevations = [], Embedded = [] },
        Client = "web",
        Targets = ["catalog"],
    };
}
