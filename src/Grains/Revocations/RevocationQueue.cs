using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Revocations;

/// <summary>
/// Appends that are wanted at the same time become one: the first in line appends for all who wait, without lingering for
/// more, so that the writers of one silo never compete with one another.
/// </summary>
internal sealed class RevocationQueue(LogWriter writer) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private List<Wish> waiting = [];

    /// <summary>Null when <paramref name="decide"/> wants nothing appended.</summary>
    public async Task<AppendResult?> AppendAsync(Func<ReplicatedLogs, IReadOnlyList<PlainRecord>> decide)
    {
        var wish = new Wish(decide);
        lock (gate)
        {
            waiting.Add(wish);
        }

        await turn.WaitAsync();
        try
        {
            if (TakeAll() is { Count: > 0 } wishes)
            {
                await FulfilAsync(wishes);
            }
        }
        finally
        {
            turn.Release();
        }

        return await wish.Outcome.Task;
    }

    public void Dispose() => turn.Dispose();

    private List<Wish> TakeAll()
    {
        lock (gate)
        {
            (var all, waiting) = (waiting, []);
            return all;
        }
    }

    private async Task FulfilAsync(List<Wish> wishes)
    {
        try
        {
            // Nobody's own cancellation: others depend on the same append.
            var result = await writer.AppendAsync(
                LogNames.Revocations, logs => [.. wishes.SelectMany(wish => wish.Decide(logs))], CancellationToken.None);
            wishes.ForEach(wish => wish.Outcome.SetResult(wish.WantsNothing ? null : result));
        }
        catch (Exception exception)
        {
            wishes.ForEach(wish => wish.Outcome.SetException(exception));
        }
    }

    private sealed class Wish(Func<ReplicatedLogs, IReadOnlyList<PlainRecord>> decide)
    {
        public TaskCompletionSource<AppendResult?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WantsNothing { get; private set; }

        public IReadOnlyList<PlainRecord> Decide(ReplicatedLogs logs)
        {
            var records = decide(logs);
            WantsNothing = records.Count == 0;
            return records;
        }
    }
}
