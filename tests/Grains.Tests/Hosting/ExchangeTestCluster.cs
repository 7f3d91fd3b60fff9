using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Grains.Hosting;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>Two silos, shared by the tests of this collection, with the real grains and pipeline over faked state, and an Orleans client outside them.</summary>
public sealed class ExchangeTestCluster : IAsyncLifetime
{
    private readonly InProcessTestCluster cluster;
    private readonly ClusterSnapshot initial;

    public ExchangeTestCluster()
        : this(_ => { })
    {
    }

    /// <param name="configure">Last word on each silo.</param>
    internal ExchangeTestCluster(Action<ISiloBuilder> configure)
    {
        Shop = new Shop(Clock.Now);
        initial = Shop.Snapshot();
        var builder = new InProcessTestClusterBuilder(2);

        // Else the deployment asks, as a client from outside, what such a client may not.
        builder.Options.InitializeClientOnDeploy = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(Clock);
            silo.Services.AddSingleton(new FakeClusterState(initial));
            silo.Services.AddSingleton<IClusterState>(services => services.GetRequiredService<FakeClusterState>());
            silo.Services.AddSingleton<HandOvers>();
            silo.Services.AddSingleton<IKeySetRefresher>(KeySets);
            silo.Services.AddSingleton<ISpentOnce>(Spent);
            silo.Services.AddSingleton<ITokenReferences>(References);
            silo.Services.AddSingleton<IRefreshTokens>(RefreshTokens);
            silo.Services.AddSingleton<IRevocationPublisher>(Revocations);
            silo.Services.AddSingleton<ILoggerProvider>(Log);
            silo.Services.AddLogging(logging => logging.AddFilter("ExchangeCluster", LogLevel.Trace));
            silo.AddExchangeGrains();
            configure(silo);
        });
        cluster = builder.Build();
    }

    internal FixedClock Clock { get; } = new();

    internal Shop Shop { get; }

    internal FakeKeySets KeySets { get; } = new();

    internal FakeSpentOnce Spent { get; } = new();

    internal FakeTokenReferences References { get; } = new();

    internal FakeRefreshTokens RefreshTokens { get; } = new();

    internal FakeRevocations Revocations { get; } = new();

    internal CapturedLog Log { get; } = new();

    /// <summary>An Orleans client in no silo.</summary>
    internal IClusterClient OutsideClient => cluster.Client;

    internal IReadOnlyList<FakeClusterState> States =>
        [.. cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<FakeClusterState>())];

    public async ValueTask InitializeAsync()
    {
        await cluster.DeployAsync();
        await cluster.InitializeClientAsync();
    }

    public async ValueTask DisposeAsync() => await cluster.DisposeAsync();

    /// <summary>Forgets what an earlier test did; only the grains of its subjects live on.</summary>
    internal void Reset()
    {
        Clock.Reset();
        KeySets.Reset();
        Spent.Failure = null;
        RefreshTokens.Failure = null;
        RefreshTokens.BeforeReplaced = null;
        foreach (var state in States)
        {
            state.Reset(initial);
        }
    }

    internal ExchangePipeline Pipeline(int silo = 0) =>
        cluster.Silos[silo].ServiceProvider.GetRequiredService<ExchangePipeline>();

    internal IGrainFactory Grains(int silo = 0) => cluster.Silos[silo].ServiceProvider.GetRequiredService<IGrainFactory>();

    internal NearCache Near(int silo = 0) => cluster.Silos[silo].ServiceProvider.GetRequiredService<NearCache>();

    internal void SetState(ClusterSnapshot? snapshot)
    {
        foreach (var state in States)
        {
            state.Current = snapshot;
        }
    }

    internal string SubjectToken(
        string subject = "alice", string audienceOf = Shop.Web, string scope = "browse orders.place", TimeSpan? lifetime = null) =>
        Shop.Login.Token(Clock.Now, subject, Shop.AudienceOf(audienceOf), scope, lifetime);

    internal Task<ExchangeOutcome> ExchangeAsync(
        string subjectToken,
        string target = Shop.Catalog,
        string? scope = null,
        string client = Shop.Web,
        string? requestedType = null,
        int silo = 0,
        ClientCredentials? credentials = null) => Pipeline(silo).AnswerAsync(
            credentials ?? Shop.Credentials(client),
            Request(subjectToken, [target], scope, requestedType),
            TestContext.Current.CancellationToken);

    internal static TokenRequest Request(
        string subjectToken, string[] audiences, string? scope = null, string? requestedType = null) => new TokenRequest.Exchange(
        new TokenExchangeRequest
        {
            SubjectToken = new SensitiveText(subjectToken),
            SubjectTokenType = TokenTypeIdentifiers.AccessToken,
            Audiences = [.. audiences],
            Scope = scope is null ? null : ScopeSet.Of(scope.Split(' ')),
            RequestedTokenType = requestedType,
        });

    /// <summary>For the calls of this test only.</summary>
    internal void PlaceNextGrainsOn(int silo) =>
        RequestContext.Set(IPlacementDirector.PlacementHintKey, cluster.Silos[silo].SiloAddress);

    internal async Task<int> CountSubjectGrainsAsync() =>
        (await Grains().GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics())
        .Where(statistic => statistic.GrainType.Contains(nameof(SubjectGrain), StringComparison.Ordinal))
        .Sum(statistic => statistic.ActivationCount);
}

[CollectionDefinition(nameof(ExchangeTestCluster))]
public sealed class ExchangeTestClusterGroup : ICollectionFixture<ExchangeTestCluster>;
