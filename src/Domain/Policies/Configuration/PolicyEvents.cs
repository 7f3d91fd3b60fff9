using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>
/// The events of a text, one after the other. They are made in batches, and those of a long text on a thread of its own, ahead of whoever
/// binds them: parsing takes as long as binding. What the source throws is thrown where the event would have been.
/// </summary>
internal sealed class PolicyEvents : IDisposable
{
    /// <summary>A small policy needs no more, and a batch of the greatest length still is no large object of the collector's.</summary>
    private const int FirstLength = 32;
    private const int GreatestLength = 2048;

    private const int BatchesAhead = 16;

    private readonly IEnumerator<PolicyEvent> source;
    private readonly BlockingCollection<Batch>? made;
    private readonly CancellationTokenSource abandoned = new();
    private readonly Task making = Task.CompletedTask;
    private int length = FirstLength;
    private Batch batch;
    private int at = -1;

    /// <param name="source">Is asked by one thread at a time.</param>
    /// <param name="isAhead">Whether that is another one, at once.</param>
    public PolicyEvents(IEnumerable<PolicyEvent> source, bool isAhead = false)
    {
        this.source = source.GetEnumerator();
        if (isAhead)
        {
            made = new BlockingCollection<Batch>(BatchesAhead);
            making = Task.Factory.StartNew(MakeAhead, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    public ref readonly PolicyEvent Current => ref batch.Events[at];

    /// <summary>False after the last one.</summary>
    public bool MoveNext()
    {
        if (++at < batch.Count)
        {
            return true;
        }

        batch.Failure?.Throw();
        if (batch.Events is { } read)
        {
            ArrayPool<PolicyEvent>.Shared.Return(read, clearArray: true);
        }

        batch = made is null ? Make() : made.TryTake(out var next, Timeout.Infinite) ? next : default;
        at = -1;
        return (batch.Count != 0 || batch.Failure is not null) && MoveNext();
    }

    /// <summary>Afterwards nobody asks the source any more.</summary>
    public void Dispose()
    {
        abandoned.Cancel();
        making.Wait();
        made?.Dispose();
        abandoned.Dispose();
        source.Dispose();
    }

    private void MakeAhead()
    {
        try
        {
            for (var next = Make(); next.Count != 0 || next.Failure is not null; next = Make())
            {
                made!.Add(next, abandoned.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever binds them stumbled.
        }
        finally
        {
            made!.CompleteAdding();
        }
    }

    private Batch Make()
    {
        var events = ArrayPool<PolicyEvent>.Shared.Rent(length);
        length = Math.Min(2 * length, GreatestLength);
        var count = 0;
        try
        {
            while (count < events.Length && source.MoveNext())
            {
                events[count++] = source.Current;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new Batch(events, count, ExceptionDispatchInfo.Capture(e));
        }

        return new Batch(events, count, null);
    }

    /// <param name="Events">As many of them as <paramref name="Count"/> says.</param>
    /// <param name="Count">None: this is the end.</param>
    /// <param name="Failure">What the source threw after them; then this is the end too.</param>
    private readonly record struct Batch(PolicyEvent[] Events, int Count, ExceptionDispatchInfo? Failure);
}
