using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// One turn of a subject's grain: an answer from its cache, or decided and minted under exactly the state that the request was validated
/// under. Refusals aren't remembered, nor are authorization grants and refresh tokens, each of which is good for one use, nor what a refresh
/// token was used for.
/// </summary>
internal sealed partial class SubjectTurn(
    IClusterState state, SubjectExchange exchange, TokenShapes shapes, TimeProvider time, ILogger<SubjectTurn> logger)
{
    public async Task<SubjectReply> AnswerAsync(SubjectRequest request, TokenCache cache)
    {
        if (await SnapshotAtAsync(request.Versions) is not { } snapshot)
        {
            return SubjectReply.Stale.Instance;
        }

        var (command, now) = (request.Command, time.GetUtcNow());
        var key = CacheKey.Of(command, snapshot.KeyRing.Secret);
        if (SubjectExchange.IsWorthKeeping(command)
            && cache.TryAnswer(key, snapshot.Versions, now, token => SubjectExchange.IsCovered(token, snapshot), out var answer))
        {
            return answer;
        }

        var (minted, refusal) = await exchange.DecideAsync(command, snapshot);
        if (minted is null)
        {
            return new SubjectReply.Refused { Refusal = refusal! };
        }

        if (minted.IsKept)
        {
            cache.Add(key, snapshot.Versions, new CachedToken(minted, shapes), minted.UsableUntil, now);
        }

        return minted.ToReply();
    }

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
