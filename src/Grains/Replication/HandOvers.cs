namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// The answers of this silo between their last check against the state and the moment they are written. A silo acknowledges
/// a revocation only once every answer that was checked before it has been handed over: else it could be heard after the
/// acknowledgement.
/// </summary>
public sealed class HandOvers
{
    private readonly Lock closing = new();
    private volatile Generation current = new(Task.CompletedTask);

    /// <summary>Begin before the last check, dispose once the answer is written.</summary>
    public IDisposable Begin()
    {
        while (true)
        {
            var generation = current;
            generation.Enter();
            if (ReferenceEquals(generation, current))
            {
                return new HandOver(generation);
            }

            // It was closed in between, and whoever closed it may have stopped waiting.
            generation.Exit();
        }
    }

    /// <summary>
    /// Ends when every hand-over that has begun is over. Call once the new state is in place, and not within a hand-over.
    /// </summary>
    public async Task DrainAsync()
    {
        Generation closed;
        lock (closing)
        {
            closed = current;
            current = new Generation(closed.Over.IsCompleted ? Task.CompletedTask : closed.Over);
        }

        closed.Exit();
        await closed.Over;
    }

    /// <summary>Hand-overs that are waited for together. Counts itself until it is closed.</summary>
    private sealed class Generation
    {
        private readonly TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int count = 1;

        /// <param name="earlier">Ends when all generations before this one are over.</param>
        public Generation(Task earlier) => Over = earlier.IsCompleted ? empty.Task : AfterAsync(earlier);

        public Task Over { get; }

        public void Enter() => Interlocked.Increment(ref count);

        public void Exit()
        {
            if (Interlocked.Decrement(ref count) == 0)
            {
                empty.TrySetResult();
            }
        }

        private async Task AfterAsync(Task earlier)
        {
            await earlier;
            await empty.Task;
        }
    }

    private sealed class HandOver(Generation generation) : IDisposable
    {
        private Generation? generation = generation;

        public void Dispose() => Interlocked.Exchange(ref generation, null)?.Exit();
    }
}
