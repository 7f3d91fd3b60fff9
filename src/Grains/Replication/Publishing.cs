namespace ExchangeCluster.Grains.Replication;

/// <summary>Publishes a policy to the cluster: compare-and-set upward by revision.</summary>
public interface IPolicyPublisher
{
    /// <summary>Other silos follow within half a second.</summary>
    Task<PolicyPublication> PublishAsync(string text, string file, CancellationToken cancellationToken);

    /// <summary>
    /// The same, and waits until no silo answers under an earlier policy any more: to narrow a policy is to revoke. That is so of a policy that
    /// the cluster runs already: whoever publishes it again may never have heard what became of it. Needs a silo that is active.
    /// </summary>
    Task<PolicyPublication> PublishEverywhereAsync(string text, string file, CancellationToken cancellationToken);
}

public enum PolicyPublicationOutcome
{
    Published,

    /// <summary>The cluster already runs exactly this text.</summary>
    Unchanged,

    /// <summary>It does not compile; see the mistakes. The cluster keeps its policy.</summary>
    Invalid,

    /// <summary>Lower revision than the cluster's, or the same revision with other bytes. The cluster keeps its policy.</summary>
    Stale,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="Mistakes">Why it was not published.</param>
/// <param name="Warnings">What works otherwise than its author may think.</param>
public sealed record PolicyPublication(PolicyPublicationOutcome Outcome, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings);

/// <summary>Publishes key sets that were fetched or read on this silo.</summary>
public interface IKeySetPublisher
{
    /// <param name="log"><see cref="LogNames.IssuerKeys"/> or <see cref="LogNames.ClientKeys"/>.</param>
    /// <param name="owner">The issuer, or the client's name.</param>
    /// <param name="jwks">The JWK Set as fetched.</param>
    Task PublishAsync(
        string log, string owner, string jwks, DateTimeOffset fetchedAt, TimeSpan maxAge, CancellationToken cancellationToken);
}

/// <summary>Things that may be used once in the whole cluster.</summary>
public interface ISpentOnce
{
    /// <summary>True exactly once. Throws when the store can't answer: then nothing may be assumed.</summary>
    /// <param name="kind">Namespace, such as <c>client-assertion</c>.</param>
    /// <param name="owner">The client.</param>
    /// <param name="id">The raw id; it reaches the store as a keyed hash.</param>
    Task<bool> TrySpendAsync(string kind, string owner, string id, DateTimeOffset until, CancellationToken cancellationToken);
}
