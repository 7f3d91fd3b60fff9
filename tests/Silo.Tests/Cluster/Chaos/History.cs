using System.Collections.Concurrent;

namespace ExchangeCluster.Silo.Tests.Cluster.Chaos;

/// <summary>What was asked and answered, on the one clock of whoever asks: when it began, and when the answer was there.</summary>
internal sealed class History
{
    private readonly ConcurrentQueue<Decision> decisions = new();
    private readonly ConcurrentDictionary<string, long> revokedAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> spent = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Violation> mixUps = new();
    private readonly ConcurrentQueue<Violation> spentAgain = new();
    private readonly ConcurrentQueue<Operation> operations = new();
    private readonly ConcurrentQueue<Receipt> receipts = new();

    public int Decisions => decisions.Count;

    public int Revocations => revokedAt.Count;

    /// <param name="Silo">Which one answered.</param>
    /// <param name="Subject">Whom it was about.</param>
    /// <param name="Began">Time stamp, before it was sent.</param>
    /// <param name="Allowed">A token was issued, or one was said to be active.</param>
    public sealed record Decision(int Silo, string Subject, long Began, bool Allowed);

    /// <param name="What">For whoever reads it.</param>
    /// <param name="At">Time stamp.</param>
    public sealed record Violation(string What, long At);

    /// <summary>A request, whatever became of it. Time stamps before it was sent and when it was over.</summary>
    public sealed record Operation(OperationKind Kind, long Began, long Ended);

    /// <summary>What the silo said of a revocation that it acknowledged.</summary>
    public sealed record Receipt(long Epoch, int Confirmed, int Fenced, long Milliseconds, long Began, long Ended);

    public IReadOnlyCollection<Operation> Operations => operations;

    public IReadOnlyCollection<Receipt> Receipts => receipts;

    /// <summary>A request that began then is over.</summary>
    public void AddOperation(OperationKind kind, long began) => operations.Enqueue(new(kind, began, TimeProvider.System.GetTimestamp()));

    public void AddReceipt(Receipt receipt) => receipts.Enqueue(receipt);

    public void Add(Decision decision) => decisions.Enqueue(decision);

    /// <summary>A revocation's 200 is here.</summary>
    public void AddRevoked(string subject, long acknowledged) => revokedAt.TryAdd(subject, acknowledged);

    /// <summary>Something good for one use was accepted.</summary>
    public void AddSpent(string id, long at)
    {
        if (!spent.TryAdd(id, true))
        {
            spentAgain.Enqueue(new($"{id} was accepted once more.", at));
        }
    }

    /// <summary>An answer held something of another request.</summary>
    public void AddMixUp(string what, long at) => mixUps.Enqueue(new(what, at));

    /// <summary>
    /// What must never be: a decision that began after a revocation of its subject was acknowledged and allowed something all the same;
    /// something spent twice; an answer to somebody else's question.
    /// </summary>
    public IReadOnlyList<Violation> Violations() =>
    [
        .. decisions
            .Where(decision => decision.Allowed && revokedAt.TryGetValue(decision.Subject, out var acknowledged) && decision.Began > acknowledged)
            .Select(decision => new Violation(
                $"Silo {decision.Silo} allowed {decision.Subject} {TimeProvider.System.GetElapsedTime(revokedAt[decision.Subject], decision.Began).TotalMilliseconds:0.0} ms after its revocation was acknowledged.",
                decision.Began)),
        .. spentAgain,
        .. mixUps,
    ];
}

/// <summary>What was asked for.</summary>
internal enum OperationKind
{
    Read,
    Revocation,
    Spend,
}
