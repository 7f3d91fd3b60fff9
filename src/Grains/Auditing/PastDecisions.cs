namespace ExchangeCluster.Grains.Auditing;

/// <summary>One decision of the past, wherever in the cluster it was answered: request ids are of all silos.</summary>
public sealed class PastDecisions
{
    private readonly RecentDecisions recent;
    private readonly DecisionJournal journal;
    private readonly IDecisionPeers peers;

    internal PastDecisions(RecentDecisions recent, DecisionJournal journal, IDecisionPeers peers) =>
        (this.recent, this.journal, this.peers) = (recent, journal, peers);

    /// <param name="id">Of a request, or the handle of a token that was issued.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>Null when no silo knows of it.</returns>
    /// <exception cref="Pipeline.DependencyFailedException">None that answered does, and one did not answer.</exception>
    public async Task<PastDecision?> FindAsync(string id, CancellationToken cancellationToken) =>
        FindHere(id) ?? await peers.FindAsync(id, cancellationToken);

    /// <summary>The same of this silo alone.</summary>
    internal PastDecision? FindHere(string id)
    {
        journal.Drain();
        return recent.Find(id) is { } found ? new PastDecision(found.Question?.ToArray(), found.Audit.ToArray()) : null;
    }
}

/// <summary>The other silos, as one that looks for a decision asks them.</summary>
internal interface IDecisionPeers
{
    /// <inheritdoc cref="PastDecisions.FindAsync"/>
    Task<PastDecision?> FindAsync(string id, CancellationToken cancellationToken);
}

/// <summary>There are none.</summary>
internal sealed class NoDecisionPeers : IDecisionPeers
{
    public Task<PastDecision?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult<PastDecision?>(null);
}

/// <param name="Question">What was asked, as UTF-8 JSON (docs/explain.md); null when the request did not come as far as the rules.</param>
/// <param name="Audit">The line of the audit.</param>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.PastDecision")]
public sealed record PastDecision([property: Id(0)] byte[]? Question, [property: Id(1)] byte[] Audit);
