using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Grains.Replication;

/// <summary>The replicated state of this silo, as requests see it.</summary>
public interface IClusterState
{
    /// <summary>
    /// The state to decide under, or null while this silo may not answer: nothing loaded yet, fenced, or the lease has run
    /// out on either clock. Compared inline, without waiting.
    /// </summary>
    ClusterSnapshot? Current { get; }

    /// <summary>Why <see cref="Current"/> is null, for health and log; empty when it isn't.</summary>
    IReadOnlyList<string> NotReadyReasons { get; }

    /// <summary>True while an answer that was decided under <paramref name="versions"/> may be handed over.</summary>
    bool IsCurrent(StateVersions versions);

    /// <summary>Pulls from the store once; returns when everything it confirmed is applied.</summary>
    /// <exception cref="FencedException">Nothing will be applied here any more.</exception>
    Task CatchUpAsync(CancellationToken cancellationToken);
}
