using System.Collections.Concurrent;

namespace ExchangeCluster.Silo.Tests.Cluster.Chaos;

/// <summary>What was asked and answered, on the one clock of whoever asks: when it began, and when the answer was there.</summary>
internal sealed class History
{
    private readonly ConcurrentQueue<Decision> decisions = new();
    private readonly ConcurrentDictionary<string, long> revokedAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> spent = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> mixUps = new();

    public int Decisions => decisions.Count;

    public int Revocations => revokedAt.Count;

    /// <param name="Silo">Which one answered.</param>
    /// <param name="Subject">Whom it was about.</param>
    /// <param name="Began">Time stamp, before it was sent.</param>
    /// <param name="Allowed">A token was issued, or one was said to be active.</param>
    public sealed record Decision(int Silo, string Subject, long Began, bool Allowed);

    public void Add(Decision decision) => decisions.Enqueue(decision);

    /// <summary>A revocation's 200 is here.</summary>
    public void AddRevoked(string subject, long acknowledged) => revokedAt.TryAdd(subject, acknowledged);

    /// <summary>Something good for one use was accepted.</summary>
    public void AddSpent(string id) => spent.AddOrUpdate(id, 1, (_, count) => count + 1);

    /// <summary>An answer held something of another request.</summary>
    public void AddMixUp(string what) => mixUps.Enqueue(what);

    /// <summary>
    /// What must never be: a decision that began after a revocation of its subject was acknowledged and allowed something all the same;
    /// something spent twice; an answer to somebody else's question.
    /// </summary>
    public IReadOnlyList<string> Violations() =>
    [
        .. decisions
            .Where(decision => decision.Allowed && revokedAt.TryGetValue(decision.Subject, out var acknowledged) && decision.Began > acknowledged)
            .Select(decision => $"Silo {decision.Silo} allowed {decision.Subject} {TimeProvider.System.GetElapsedTime(revokedAt[decision.Subject], decision.Began).TotalMilliseconds:0.0} ms after its revocation was acknowledged."),
        .. spent.Where(pair => pair.Value > 1).Select(pair => $"{pair.Key} was accepted {pair.Value} times."),
        .. mixUps,
    ];
}
