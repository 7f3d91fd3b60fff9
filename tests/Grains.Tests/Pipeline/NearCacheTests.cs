using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

[Collection(nameof(ExchangeTestCluster))]
public sealed class NearCacheTests : IDisposable
{
    private readonly ExchangeTestCluster cluster;
    private readonly HandOvers handOvers = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<ExchangeMetrics>().BuildServiceProvider();
    private readonly CapturedDecisions sink = new();
    private readonly NearCache near;
    private readonly NearKey key;

    public NearCacheTests(ExchangeTestCluster cluster)
    {
        this.cluster = cluster;
        cluster.Reset();
        near = new NearCache(State, handOvers, cluster.Clock, services.GetRequiredService<ExchangeMetrics>(), new DecisionJournal([sink], services.GetRequiredService<ExchangeMetrics>()));
        key = KeyOf("Basic x");
    }

    private FakeClusterState State => cluster.States[0];

    public void Dispose()
    {
        near.Dispose();
        services.Dispose();
    }

    [Fact]
    public async Task Answers_again_with_the_life_that_is_left()
    {
        var issued = await KeepAsync();
        cluster.Clock.Now += TimeSpan.FromSeconds(30);
        Assert.True(near.TryAnswer(key, out var again));
        Assert.Equal(issued.Response!.AccessToken.Reveal(), Encoding.UTF8.GetString(again.Body.BeforeLife.Span));
        Assert.Equal(issued.Response.ExpiresInSeconds - 30, again.SecondsLeft);
        again.Dispose();
        Assert.False(near.TryAnswer(KeyOf("Basic y"), out _));
    }

    [Fact]
    public async Task Ends_with_any_newer_state()
    {
        var versions = State.Current!.Versions;
        StateVersions[] newer =
        [
            versions with { Policy = 2 }, versions with { Keys = 2 }, versions with { Revocations = 2 }, versions with { IssuerKeys = 2 }, versions with { ClientKeys = 2 },
            versions with { Incarnation = new Guid(1, 2, 3, new byte[8]) },
        ];
        foreach (var moved in newer)
        {
            cluster.Reset();
            await KeepAsync();
            State.Current = State.Current!.With(moved);
            Assert.False(near.TryAnswer(key, out _));
            Assert.Equal(0, near.Count);
        }
    }

    [Fact]
    public async Task Says_nothing_while_the_silo_may_not_answer()
    {
        await KeepAsync();
        State.Current = null;
        Assert.False(near.TryAnswer(key, out _));
    }

    [Fact]
    public async Task Ends_when_a_caller_would_have_too_little_time_left()
    {
        // Ten seconds before the token's end, which is the subject token's.
        await KeepAsync(lifetime: TimeSpan.FromSeconds(60));
        cluster.Clock.Now += TimeSpan.FromSeconds(50);
        Assert.False(near.TryAnswer(key, out _));
    }

    [Fact]
    public async Task Ends_with_the_keys_that_verified_the_subject_token()
    {
        State.Current = Old(cluster.Shop.Login.KeySet(cluster.Clock.Now, maxAge: TimeSpan.FromSeconds(20)));
        cluster.States[1].Current = State.Current;
        await KeepAsync();
        cluster.Clock.Now += TimeSpan.FromSeconds(19);
        Assert.True(near.TryAnswer(key, out var answer));
        answer.Dispose();
        cluster.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.False(near.TryAnswer(key, out _));
    }

    [Fact]
    public async Task Counts_as_an_answer_that_a_revocation_waits_for()
    {
        await KeepAsync();
        Assert.True(near.TryAnswer(key, out var answer));
        var drained = handOvers.DrainAsync();
        Assert.False(drained.IsCompleted);
        answer.Dispose();
        await drained;

        // What is not given is not waited for either.
        cluster.Clock.Now += TimeSpan.FromDays(1);
        Assert.False(near.TryAnswer(key, out _));
        await handOvers.DrainAsync();
    }

    [Fact]
    public async Task Keeps_nothing_that_counts_once()
    {
        var robot = new ClientCredentials.Assertion(Shop.Robot, new SensitiveText(cluster.Shop.RobotKeys.Assertion(cluster.Clock.Now, Shop.Issuer)));
        var byAssertion = await cluster.ExchangeAsync(cluster.SubjectToken(audienceOf: Shop.Robot), credentials: robot);
        Assert.NotNull(byAssertion.Response);
        Assert.Null(byAssertion.NearUntil);
        Assert.NotNull(byAssertion.ProvenUntil);
        KeepTwice(byAssertion);
        KeepTwice(await cluster.ExchangeAsync("junk"));
        Assert.Equal(0, near.Count);
    }

    [Fact]
    public async Task Keeps_no_token_that_is_uncommonly_long()
    {
        var issued = await cluster.ExchangeAsync(cluster.SubjectToken());
        KeepTwice(issued with { Response = issued.Response! with { AccessToken = new SensitiveText(new string('a', NearCache.MaxTokenLength + 1)) } });
        Assert.Equal(0, near.Count);
    }

    [Fact]
    public async Task Keeps_nothing_that_is_asked_for_the_first_time()
    {
        var login = cluster.SubjectToken(subject: "near-first");
        using var first = await cluster.ExchangeAsync(login);
        Assert.Null(near.Keep(key, first, Body));
        Assert.Equal(0, near.Count);

        Assert.NotNull(near.Keep(key, first, Body));
        Assert.Equal(1, near.Count);

        // Another one's first time is its own.
        Assert.Null(near.Keep(KeyOf("Basic y"), first, Body));
    }

    [Fact]
    public async Task Keeps_at_once_what_the_grain_remembered()
    {
        var login = cluster.SubjectToken(subject: "near-elsewhere");
        using var first = await cluster.ExchangeAsync(login);
        using var again = await cluster.ExchangeAsync(login);
        Assert.Equal(AnswerSource.SubjectMemory, again.Source);
        Assert.NotNull(near.Keep(key, again, Body));
    }

    private static NearBody Body(TokenExchangeResponse response) => new(Encoding.UTF8.GetBytes(response.AccessToken.Reveal()), response.AccessToken.Length);

    private NearKey KeyOf(string authorization) => near.KeyOf(authorization, new ReadOnlySequence<byte>("a=b"u8.ToArray()));

    /// <summary>As if it had been asked for twice.</summary>
    private void KeepTwice(ExchangeOutcome outcome)
    {
        near.Keep(key, outcome, Body);
        near.Keep(key, outcome, Body);
    }

    private async Task<ExchangeOutcome> KeepAsync(TimeSpan? lifetime = null)
    {
        using var issued = await cluster.ExchangeAsync(cluster.SubjectToken(subject: $"near-{Guid.CreateVersion7()}", lifetime: lifetime));
        Assert.NotNull(issued.NearUntil);
        KeepTwice(issued);
        return issued;
    }

    private ClusterSnapshot Old(Domain.SubjectTokens.KeySet login)
    {
        var now = State.Current!;
        return new ClusterSnapshot
        {
            Versions = now.Versions with { IssuerKeys = now.Versions.IssuerKeys + 1 },
            Policy = now.Policy,
            KeyRing = now.KeyRing,
            IssuerKeys = new Dictionary<string, Domain.SubjectTokens.KeySet>(StringComparer.Ordinal) { [cluster.Shop.Login.Issuer] = login }.ToFrozenDictionary(StringComparer.Ordinal),
            ClientKeys = now.ClientKeys,
            Revocations = now.Revocations,
        };
    }
}
