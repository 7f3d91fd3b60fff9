using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Auditing;

/// <summary>
/// A candidate policy beside the live one of this silo: it decides every question that the rules decide here, after the answer, and
/// acts upon none. Answers from memory are not asked again: they repeat a decision.
/// </summary>
public sealed class Shadow(IClusterState state, RecentDecisions recent, TimeProvider time) : IDecisionSink
{
    private readonly Lock guard = new();
    private Candidate? candidate;

    /// <summary>Begins anew with this policy; null: none.</summary>
    public void Use(PolicySnapshot? policy)
    {
        lock (guard)
        {
            candidate = policy is null ? null : new Candidate(policy, time.GetUtcNow());
        }
    }

    /// <summary>False when there is no candidate.</summary>
    /// <param name="read">Is given the candidate's revision, when it began, and what came of it.</param>
    public bool TryRead(Action<long, DateTimeOffset, ComparisonCounts> read)
    {
        lock (guard)
        {
            if (candidate is not { } current)
            {
                return false;
            }

            read(current.Policy.Revision, current.Since, current.Counts);
            return true;
        }
    }

    public void Accept(in DecisionEntry entry)
    {
        if (entry.Source != AnswerSource.Decided || Volatile.Read(ref candidate) is null)
        {
            return;
        }

        var id = entry.Id.ToString();
        if (recent.Find(id)?.Question is { } json && state.Current?.Policy is { } live && QuestionReader.Read(json).Question is { } question)
        {
            lock (guard)
            {
                candidate?.Counts.Add(Comparison.Of(live, candidate.Policy, question, entry.At), id, json);
            }
        }
    }

    public void Flush()
    {
    }

    private sealed record Candidate(PolicySnapshot Policy, DateTimeOffset Since)
    {
        public ComparisonCounts Counts { get; } = new();
    }
}
