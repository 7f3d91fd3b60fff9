using System.Collections.Frozen;
using System.Net;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.TrustedIssuers;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OptionsFactory = Microsoft.Extensions.Options.Options;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

/// <summary>A refresher with its surroundings: fake time, replicated state in a variable, look-ups of names recorded.</summary>
internal sealed class KeySetBench : IClusterState, IKeySetPublisher, ILogger<KeySetRefresher>
{
    private readonly Lock gate = new();

    public KeySetBench(params IEnumerable<(string Issuer, KeySetSource Source)> issuers)
        : this(null, issuers)
    {
    }

    /// <param name="other">Another silo of the same cluster; null: the only one.</param>
    /// <param name="issuers">Whom the policy trusts.</param>
    public KeySetBench(KeySetBench? other, params IEnumerable<(string Issuer, KeySetSource Source)> issuers)
    {
        Clock = other?.Clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
        Turns = other?.Turns ?? new TurnsTaken(Clock);
        Trust(issuers);
        Fetcher = new KeySetFetcher(OptionsFactory.Create(Options), Clock, ResolveAsync);
        Lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        Refresher = new KeySetRefresher(
            this, this, Fetcher, new RefreshTurns(this, Turns, OptionsFactory.Create(Options), Clock), OptionsFactory.Create(Options), new Drain(TimeSpan.Zero, Lifetime, Clock), Clock, this);
    }

    public FakeTimeProvider Clock { get; }

    /// <summary>What the cluster's store knows of who fetches.</summary>
    public TurnsTaken Turns { get; }

    /// <summary>Brings what other silos have published.</summary>
    public Action? OnCatchUp { get; set; }

    public TrustedIssuerOptions Options { get; } = new();

    public ApplicationLifetime Lifetime { get; }

    public KeySetFetcher Fetcher { get; }

    public KeySetRefresher Refresher { get; }

    public ClusterSnapshot? Current { get; set; }

    public IReadOnlyList<string> NotReadyReasons => [];

    /// <summary>Owners in the order of publication.</summary>
    public List<string> Published { get; } = [];

    public Exception? PublishingFails { get; set; }

    public List<string> Log { get; } = [];

    /// <summary>What names resolve to; others as the machine does.</summary>
    public Dictionary<string, IPAddress[]> Hosts { get; } = new(StringComparer.Ordinal);

    public List<string> Resolved { get; } = [];

    public KeySet? Held(string issuer) => Current!.IssuerKeys.GetValueOrDefault(issuer);

    /// <summary>The key ids of the issuer's set that may be used now, joined.</summary>
    public string UsableKeyIds(string issuer) =>
        Held(issuer) is { } set && Clock.GetUtcNow() - set.FetchedAt < set.MaxAge ? string.Join(' ', set.Keys.Select(key => key.KeyId)) : "";

    public void Trust(params IEnumerable<(string Issuer, KeySetSource Source)> issuers) =>
        Use(issuers, [], Current?.IssuerKeys, Current?.ClientKeys);

    public void AddClient(string name, KeySetSource source) =>
        Use(
            Current!.Policy.TrustedIssuers.Values.Select(issuer => (issuer.Issuer, issuer.Keys)),
            [ClientOf(name, source)],
            Current.IssuerKeys,
            Current.ClientKeys);

    /// <summary>Loses every key set.</summary>
    public void Forget() => Current = Snapshot(Current!.Policy, null, null);

    public bool IsCurrent(StateVersions versions) => true;

    public Task CatchUpAsync(CancellationToken cancellationToken)
    {
        OnCatchUp?.Invoke();
        return Task.CompletedTask;
    }

    public Task PublishAsync(
        string log, string owner, string jwks, DateTimeOffset fetchedAt, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (PublishingFails is { } failure)
        {
            throw failure;
        }

        var set = KeySetReader.Read(jwks, fetchedAt, maxAge);
        lock (gate)
        {
            Published.Add(owner);
            var current = Current!;
            Current = log == LogNames.IssuerKeys
                ? Snapshot(current.Policy, With(current.IssuerKeys, owner, set), current.ClientKeys)
                : Snapshot(current.Policy, current.IssuerKeys, With(current.ClientKeys, owner, set));
        }

        return Task.CompletedTask;
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
        {
            Log.Add($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }

    private static FrozenDictionary<string, KeySet> With(FrozenDictionary<string, KeySet> sets, string owner, KeySet set) =>
        new Dictionary<string, KeySet>(sets) { [owner] = set }.ToFrozenDictionary();

    private static ClusterSnapshot Snapshot(
        PolicySnapshot policy, FrozenDictionary<string, KeySet>? issuerKeys, FrozenDictionary<string, KeySet>? clientKeys) => new()
        {
            Versions = new(0, 0, 0, 0, 0),
            Policy = policy,
            KeyRing = null!, // nothing here signs
            IssuerKeys = issuerKeys ?? FrozenDictionary<string, KeySet>.Empty,
            ClientKeys = clientKeys ?? FrozenDictionary<string, KeySet>.Empty,
            Revocations = new ExchangeCluster.Domain.Revocations.RevocationBuilder().ToSnapshot(Guid.Empty),
        };

    private static TrustedIssuer Trusted(string issuer, KeySetSource source) => new()
    {
        Issuer = issuer,
        Keys = source,
        Algorithms = ["ES256"],
        Audiences = ["https://web.shop.example"],
        MaxLifetime = TimeSpan.FromHours(1),
        AccessTokenTypes = ["at+jwt"],
        SubjectPrefix = issuer,
    };

    private static Service ClientOf(string name, KeySetSource source) => new()
    {
        Name = name,
        Domain = "shop",
        Audience = $"https://{name}.shop.example",
        Scopes = ScopeSet.Empty,
        Credentials = new ServiceCredentials { SecretHashes = [], KeySet = source },
        Grants = Grants.All,
        SigningAlgorithm = "ES256",
    };

    private void Use(
        IEnumerable<(string Issuer, KeySetSource Source)> issuers,
        IEnumerable<Service> services,
        FrozenDictionary<string, KeySet>? issuerKeys,
        FrozenDictionary<string, KeySet>? clientKeys) =>
        Current = Snapshot(
            new PolicySnapshot
            {
                Revision = 1,
                Issuer = "https://sts.shop.example",
                MaxLifetime = TimeSpan.FromHours(1),
                MaxActorDepth = 8,
                TrustedIssuers = issuers.ToFrozenDictionary(pair => pair.Issuer, pair => Trusted(pair.Issuer, pair.Source)),
                Services = services.ToFrozenDictionary(service => service.Name),
                ServicesByAudience = FrozenDictionary<string, Service>.Empty,
                Rules = FrozenDictionary<Edge, System.Collections.Immutable.ImmutableArray<AcceptRule>>.Empty,
                LongestAcceptedLifetime = TimeSpan.FromHours(1),
            },
            issuerKeys,
            clientKeys);

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            Resolved.Add(host);
        }

        return Hosts.TryGetValue(host, out var addresses)
            ? Task.FromResult(addresses)
            : Dns.GetHostAddressesAsync(host, cancellationToken);
    }
}
