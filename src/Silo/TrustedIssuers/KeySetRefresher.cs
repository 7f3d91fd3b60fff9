using System.Collections.Frozen;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Hosting;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>
/// Keeps the key sets that the current policy names up to date in the replicated state. What is replicated is the only
/// cache: a failed fetch changes nothing, so the last good set stays until its maximum age.
/// </summary>
internal sealed class KeySetRefresher(
    IClusterState state,
    IKeySetPublisher publisher,
    KeySetFetcher fetcher,
    RefreshTurns turns,
    IOptions<TrustedIssuerOptions> options,
    Drain drain,
    TimeProvider clock,
    ILogger<KeySetRefresher> logger) : IKeySetRefresher
{
    /// <summary>An issuer's mistakes must not flood our log.</summary>
    private const int LoggedReasons = 10;

    private readonly Lock gate = new();
    private Followed followed = new(null, FrozenDictionary<KeySetOwner, Entry>.Empty);

    /// <summary>Issuers and clients of the current policy without a usable key set; empty while there is no policy.</summary>
    public IReadOnlyList<string> MissingKeySets =>
        state.Current is { } snapshot
            ? [.. Follow(snapshot.Policy).Keys.Where(owner => owner.HeldBy(snapshot, clock.GetUtcNow()) is null).Select(owner => owner.ToString())]
            : [];

    public Task<bool> RefreshIssuerAsync(string issuer, CancellationToken cancellationToken) =>
        DemandAsync(KeySetOwner.Issuer(issuer), cancellationToken);

    public Task<bool> RefreshClientAsync(string client, CancellationToken cancellationToken) =>
        DemandAsync(KeySetOwner.Client(client), cancellationToken);

    /// <summary>Starts every fetch that is due; completes when those have ended, well or not.</summary>
    public Task RefreshDueAsync()
    {
        if (state.Current is not { } snapshot)
        {
            return Task.CompletedTask;
        }

        var now = clock.GetUtcNow();
        return Task.WhenAll(Follow(snapshot.Policy)
            .Select(pair => pair.Value.Schedule.RunIfDueAsync(missing: pair.Key.HeldBy(snapshot, now) is null)));
    }

    private Task<bool> DemandAsync(KeySetOwner owner, CancellationToken cancellationToken) =>
        state.Current is { } snapshot && Follow(snapshot.Policy).TryGetValue(owner, out var entry)
            ? entry.Schedule.DemandAsync().WaitAsync(cancellationToken)
            : Task.FromResult(false);

    /// <summary>The schedules of <paramref name="policy"/>; those whose source is the same as before live on.</summary>
    private FrozenDictionary<KeySetOwner, Entry> Follow(PolicySnapshot policy)
    {
        lock (gate)
        {
            if (!ReferenceEquals(followed.Policy, policy))
            {
                var before = followed.Entries;
                followed = new Followed(policy, KeySetOwner.AllOf(policy).ToFrozenDictionary(
                    pair => pair.Owner,
                    pair => before.TryGetValue(pair.Owner, out var kept) && kept.Source == pair.Source
                        ? kept
                        : new Entry(pair.Source, new RefreshSchedule(cause => RefreshAsync(pair.Owner, pair.Source, cause), options.Value, clock))));
            }

            return followed.Entries;
        }
    }

    private async Task<RefreshOutcome> RefreshAsync(KeySetOwner owner, KeySetSource source, RefreshCause cause)
    {
        try
        {
            if (!await turns.TryTakeAsync(owner, source, cause, drain.Over))
            {
                return await turns.AwaitOthersAsync(owner, cause, drain.Over) ? RefreshOutcome.Newer : RefreshOutcome.Elsewhere;
            }

            var fetched = await fetcher.FetchAsync(source, drain.Over);
            if (IsKnown(owner, fetched))
            {
                return RefreshOutcome.Unchanged;
            }

            await PublishAsync(owner, fetched);
            return RefreshOutcome.Newer;
        }
        catch (Exception e)
        {
            if (!drain.Over.IsCancellationRequested)
            {
                // Foreign exceptions may quote what was read: only our own texts are logged.
                logger.WarningRefreshFailed(owner, e is KeySetFetchException ? e.Message : e.GetType().Name);
            }

            return RefreshOutcome.Failed;
        }
    }

    private async Task PublishAsync(KeySetOwner owner, FetchedKeySet fetched)
    {
        var set = fetched.KeySet;
        await publisher.PublishAsync(owner.Log, owner.Name, fetched.Jwks, set.FetchedAt, set.MaxAge, drain.Over);
        logger.InformationPublished(owner, set.Keys.Length);
        if (!set.Refused.IsEmpty)
        {
            logger.WarningKeysRefused(owner, set.Refused.Length, string.Join("; ", set.Refused.Take(LoggedReasons)));
        }
    }

    /// <summary>True when publishing would only cost every silo its cached answers: same keys, confirmed not long ago.</summary>
    private bool IsKnown(KeySetOwner owner, FetchedKeySet fetched) =>
        state.Current is { } snapshot
        && owner.HeldBy(snapshot, clock.GetUtcNow()) is { } held
        && fetched.KeySet.FetchedAt - held.FetchedAt < options.Value.MaxAge / 2
        && held.IsSameAs(fetched.KeySet);

    private sealed record Entry(KeySetSource Source, RefreshSchedule Schedule);

    private sealed record Followed(PolicySnapshot? Policy, FrozenDictionary<KeySetOwner, Entry> Entries);
}
