using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// The authoritative cache of one subject's exchanged tokens. Not reentrant: its turn is the single flight. A second
/// activation may exist for a moment; it costs a mint and breaks no promise, because every answer is bound to the
/// versions of the replicated state and compared with them again before it is handed over. Everything is in memory:
/// losing it costs a mint. Refusals aren't remembered, nor are
/// authorization grants and refresh tokens, each of which is good for one use, nor what a refresh token was used for.
/// </summary>
public sealed partial class SubjectGrain(IClusterState state, SubjectExchange exchange, TimeProvider time, ILogger<SubjectGrain> logger)
    : Grain, ISubjectGrain
{
    private readonly TokenCache cache = new();

    public async Task<SubjectReply> ExchangeAsync(SubjectRequest request)
    {
        if (await SnapshotAtAsync(request.Versions) is not { } snapshot)
        {
            return SubjectReply.Stale.Instance;
        }

        var (command, now) = (request.Command, time.GetUtcNow());
        var key = CacheKey.Of(command, snapshot.KeyRing.Secret);
        if (SubjectExchange.IsWorthKeeping(command)
            && cache.TryGet(key, snapshot.Versions, now, token => SubjectExchange.IsCovered(token.Lineage, token.Handle, token.Carried, snapshot), out var cached))
        {
            return cached.Answer();
        }

        var (minted, refusal) = await exchange.DecideAsync(command, snapshot);
        if (minted is null)
        {
            return new SubjectReply.Refused { Refusal = refusal! };
        }

        if (minted.IsKept)
        {
            cache.Add(new CachedToken(key, minted, snapshot.Versions), now);
        }

        return minted.ToReply();
    }

    public Task<ImmutableArray<RuleUse>> GetRuleStateAsync() =>
        Task.FromResult(cache.Tokens.Select(token => token.ToRuleUse()).ToImmutableArray());

    /// <summary>This silo's state if it stands, perhaps after one catch-up, at exactly these versions.</summary>
    private async Task<ClusterSnapshot?> SnapshotAtAsync(StateVersions versions)
    {
        if (state.Current is { } current && current.Versions == versions)
        {
            return current;
        }

        try
        {
            await state.CatchUpAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The caller answers 503 when it finds no silo that knows the current state.
            WarnCatchUpFailed(exception);
        }

        return state.Current is { } caughtUp && caughtUp.Versions == versions ? caughtUp : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This silo could not catch up with the replicated state.")]
    private partial void WarnCatchUpFailed(Exception exception);
}
