using System.Buffers;
using System.Collections.Concurrent;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Auditing;

/// <summary>
/// The latest decisions of this silo, with what the rules read of them, so that they can be explained, and asked of another policy.
/// Answers from memory are found by the decision they repeat. In memory only, bounded, without tokens and people. A silo that decides
/// thousands a second keeps a share of them, rather than all of the last moment.
/// </summary>
public sealed class RecentDecisions(IClusterState state) : IDecisionSink
{
    /// <summary>The most decisions.</summary>
    public const int Capacity = 2048;

    /// <summary>The most that are kept between two flushes, on average.</summary>
    public const int AtOnce = 64;

    /// <summary>The most after a while with fewer.</summary>
    public const int Burst = 512;

    private readonly ConcurrentDictionary<string, RecentDecision> byId = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<RecentDecision> inOrder = new();
    private readonly JsonScratch scratch = new(default);
    private QuestionRecorder? recorder;
    private PolicySnapshot? recordedFor;
    private int allowance = Burst;

    /// <summary>Oldest first.</summary>
    public IReadOnlyCollection<RecentDecision> All => inOrder;

    /// <param name="id">Of a request, or the handle of a token that was issued.</param>
    /// <returns>Null when it is none, or has made room for newer ones.</returns>
    public RecentDecision? Find(string id) => byId.GetValueOrDefault(id);

    public void Accept(in DecisionEntry entry)
    {
        if (entry.Source == AnswerSource.NearCache || entry.Facts.Client is null)
        {
            return;
        }

        // A token that was issued before is the same decision.
        var token = entry.Facts.Issuance?.Token;
        if (entry.Source == AnswerSource.SubjectMemory && token is not null && byId.TryGetValue(token, out var known))
        {
            if (known.AddId(entry.Id.ToString()))
            {
                byId.TryAdd(entry.Id.ToString(), known);
            }

            return;
        }

        if (allowance == 0)
        {
            return;
        }

        allowance--;

        var decision = new RecentDecision(entry, QuestionOf(entry));

        // Whoever finds it reads the text: from here on it is there.
        _ = entry.Facts.Text();
        Add(decision, token);
    }

    public void Flush() => allowance = Math.Min(allowance + AtOnce, Burst);

    private void Add(RecentDecision decision, string? token)
    {
        if (token is not null)
        {
            decision.AddId(token);
        }

        inOrder.Enqueue(decision);
        foreach (var id in decision.Ids)
        {
            byId[id] = decision;
        }

        while (inOrder.Count > Capacity && inOrder.TryDequeue(out var oldest))
        {
            foreach (var id in oldest.Ids)
            {
                byId.TryRemove(id, out _);
            }
        }
    }

    private byte[]? QuestionOf(in DecisionEntry entry)
    {
        if (entry.Facts is not { Command: { } command, Secret: { } secret } || state.Current?.Policy is not { } policy)
        {
            return null;
        }

        if (recorder is null || !ReferenceEquals(policy, recordedFor))
        {
            (recorder, recordedFor) = (new QuestionRecorder(policy, secret), policy);
        }

        return scratch.Write((recorder, command, entry.At), static (json, state) => state.recorder.Write(json, state.command, state.At)).ToArray();
    }
}

/// <summary>One decision.</summary>
public sealed class RecentDecision
{
    /// <summary>Answers from memory beyond these are found in the audit only.</summary>
    private const int MaxIds = 32;

    private readonly List<string> ids = [];

    private readonly DecisionEntry entry;

    internal RecentDecision(in DecisionEntry entry, byte[]? question)
    {
        (this.entry, Question) = (entry, question);
        AddId(entry.Id.ToString());
    }

    /// <summary>What was asked, as JSON (docs/explain.md); null when the request did not come as far as the rules.</summary>
    public ReadOnlyMemory<byte>? Question { get; }

    /// <summary>The line of the audit.</summary>
    public ReadOnlyMemory<byte> Audit
    {
        get
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            AuditText.Write(buffer, entry);
            return buffer.WrittenMemory;
        }
    }

    internal IEnumerable<string> Ids => ids;

    /// <summary>False when it has too many already.</summary>
    internal bool AddId(string id)
    {
        if (ids.Count < MaxIds)
        {
            ids.Add(id);
            return true;
        }

        return false;
    }
}
