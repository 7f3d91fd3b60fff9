using System.Threading.Channels;
using ExchangeCluster.Grains.Pipeline;

namespace ExchangeCluster.Grains.Auditing;

/// <summary>
/// Every decision of this silo, on its way from the requests to whoever tells of it. Requests only put a few words into a bounded
/// queue, and wake nobody: the queue is emptied many times a second. When it is full what comes is counted and not told, because
/// an audit must not stop a token service.
/// </summary>
public sealed class DecisionJournal(IEnumerable<IDecisionSink> sinks, ExchangeMetrics metrics)
{
    /// <summary>The most decisions in the queue: half a second of what a processor can answer.</summary>
    public const int Capacity = 64 * 1024;

    private readonly Lock draining = new();
    private readonly IDecisionSink[] sinks = [.. sinks];
    private readonly Channel<DecisionEntry> entries = Channel.CreateBounded<DecisionEntry>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, AllowSynchronousContinuations = false });

    public void Record(DecisionEntry entry)
    {
        if (!entries.Writer.TryWrite(entry))
        {
            metrics.AuditDropped();
        }
    }

    /// <summary>Tells everything that was recorded before the call.</summary>
    /// <returns>How much that was.</returns>
    public int Drain()
    {
        lock (draining)
        {
            var count = 0;
            for (var left = entries.Reader.Count; left > 0 && entries.Reader.TryRead(out var entry); left--)
            {
                foreach (var sink in sinks)
                {
                    sink.Accept(entry);
                }

                // From here on the facts are as small as they get.
                _ = entry.Facts.Text();
                count++;
            }

            foreach (var sink in sinks)
            {
                sink.Flush();
            }

            return count;
        }
    }
}

/// <summary>Tells of decisions. Called by one thread at a time.</summary>
public interface IDecisionSink
{
    /// <summary>Must not throw, and must not wait for long.</summary>
    void Accept(in DecisionEntry entry);

    /// <summary>Nothing more comes for a while.</summary>
    void Flush();
}

/// <summary>One answer.</summary>
/// <param name="Facts">What was decided.</param>
/// <param name="Id">Of the request; the items of a batch share one.</param>
/// <param name="At">When it was answered.</param>
/// <param name="Source">Who remembered the answer, if anyone.</param>
public readonly record struct DecisionEntry(DecisionFacts Facts, RequestId Id, DateTimeOffset At, AnswerSource Source);

/// <summary>Where an answer came from.</summary>
public enum AnswerSource
{
    /// <summary>The rules, just now.</summary>
    Decided,

    /// <summary>The memory of the subject's grain.</summary>
    SubjectMemory,

    /// <summary>The near cache of the silo.</summary>
    NearCache,
}
