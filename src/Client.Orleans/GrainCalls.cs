using Polly;
using Polly.Retry;

namespace ExchangeCluster.Client.Orleans;

/// <summary>Repeats calls that met a silo on its way out: they reach another one. Bounded as over HTTP.</summary>
internal static class GrainCalls
{
    private const int MaxRetries = 3;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(3);

    /// <param name="isTemporary">Whether a reply is worth another try.</param>
    /// <param name="clock">Of the delays.</param>
    public static ResiliencePipeline<TReply> Pipeline<TReply>(Func<TReply, bool> isTemporary, TimeProvider clock) =>
        new ResiliencePipelineBuilder<TReply> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<TReply>
            {
                MaxRetryAttempts = MaxRetries,
                Delay = Delay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
                {
                    { Exception: { } exception } => IsFailure(exception),
                    { Result: { } reply } => isTemporary(reply),
                    _ => false,
                }),
            })
            .AddTimeout(AttemptTimeout)
            .Build();

    /// <summary>The cluster did not answer.</summary>
    public static bool IsFailure(Exception exception) =>
        exception is OrleansException or TimeoutException or ExecutionRejectedException;
}
