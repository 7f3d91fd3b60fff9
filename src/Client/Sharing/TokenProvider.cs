using System.Collections.Concurrent;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Sharing;

/// <inheritdoc cref="ITokenProvider"/>
internal sealed class TokenProvider(
    TokenSource source, ISharingPlanSource plans, TokenMemory memory, TimeProvider clock) : ITokenProvider
{
    /// <summary>A token with less life is not worth sending: it may end on the way.</summary>
    private static readonly TimeSpan MinRemainingLife = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<TokenKey, Task<TargetToken>> underWay = new();

    public async ValueTask<TargetToken> GetTokenAsync(
        string target, SensitiveText incomingToken, bool anew = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentNullException.ThrowIfNull(incomingToken);
        var key = TokenKey.Of(target, incomingToken);
        if (anew)
        {
            memory.Forget(key);
        }
        else if ((Remembered(key, target, incomingToken)
            ?? await FromIncomingAsync(target, incomingToken, cancellationToken).ConfigureAwait(false)) is { } atHand)
        {
            return atHand;
        }

        return await ExchangeAsync(key, target, incomingToken, anew).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Asked first: there is one for a target that could have the incoming or the embedded token only because it refused that.
    /// </summary>
    private TargetToken? Remembered(TokenKey key, string target, SensitiveText incomingToken)
    {
        var token = memory.Find(key, out var isDue);
        if (isDue)
        {
            // Nobody waits for this one, and its failure is the next caller's to meet.
            _ = ExchangeAsync(key, target, incomingToken, anew: true)
                .ContinueWith(static renewal => renewal.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return token;
    }

    private async ValueTask<TargetToken?> FromIncomingAsync(string target, SensitiveText incomingToken, CancellationToken cancellationToken)
    {
        if (IncomingClaims.Read(incomingToken.Reveal()) is not { } claims)
        {
            return null;
        }

        var plan = await plans.GetAsync(cancellationToken).ConfigureAwait(false);
        if (plan.AudienceForReuse(target) is { } audience && claims.IsFor(audience) && IsAlive(claims.ExpiresAt, out var until))
        {
            return new TargetToken(incomingToken, AccessTokenTypes.Bearer, TokenOrigin.Reused, until);
        }

        return claims.Embedded(target) is { Length: > 0 } embedded
            && IncomingClaims.Read(embedded) is { } inner && IsAlive(inner.ExpiresAt, out var innerUntil)
                ? new TargetToken(new SensitiveText(embedded), AccessTokenTypes.Bearer, TokenOrigin.Embedded, innerUntil)
                : null;
    }

    private bool IsAlive(DateTimeOffset? expiresAt, out DateTimeOffset until)
    {
        until = expiresAt ?? default;
        return until > clock.GetUtcNow() + MinRemainingLife;
    }

    /// <summary>One exchange for all that ask at the same time. It outlives the caller who began it: others may wait for it.</summary>
    private Task<TargetToken> ExchangeAsync(TokenKey key, string target, SensitiveText incomingToken, bool anew)
    {
        var mine = new TaskCompletionSource<TargetToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var task = underWay.GetOrAdd(key, mine.Task);
        if (task == mine.Task)
        {
            _ = RunAsync();
        }

        return task;

        async Task RunAsync()
        {
            try
            {
                // Another exchange may have ended between this caller's look into the memory and its turn.
                var token = anew ? null : memory.Find(key, out _);
                if (token is null)
                {
                    token = await source.GetAsync(target, incomingToken).ConfigureAwait(false);
                    memory.Keep(key, token);
                }

                underWay.TryRemove(key, out _);
                mine.SetResult(token);
            }
            catch (Exception exception)
            {
                // Not remembered: the next call tries again.
                underWay.TryRemove(key, out _);
                mine.SetException(exception);
            }
        }
    }
}
