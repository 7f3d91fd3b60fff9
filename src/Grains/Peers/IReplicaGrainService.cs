using ExchangeCluster.Grains.Auditing;
using Orleans.Services;

namespace ExchangeCluster.Grains.Peers;

/// <summary>One on each silo, for the others: a writer tells that there is something new in the store, an administrator's silo asks what was decided.</summary>
[Alias("ExchangeCluster.IReplicaGrainService")]
internal interface IReplicaGrainService : IGrainService
{
    /// <summary>
    /// Pulls from the store, applies, and waits until the answers that were checked before are handed over. How this silo is
    /// registered; null when it could not: then it may not answer for long.
    /// </summary>
    [Alias("Confirm")]
    Task<string?> ConfirmAsync();

    /// <summary>What this silo remembers of a request; null when it is nothing.</summary>
    [Alias("FindDecision"), ResponseTimeout("00:00:02")]
    Task<PastDecision?> FindDecisionAsync(string id);
}
