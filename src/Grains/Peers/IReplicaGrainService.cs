using Orleans.Services;

namespace ExchangeCluster.Grains.Peers;

/// <summary>One on each silo: by it a writer tells the others that there is something new in the store.</summary>
[Alias("ExchangeCluster.IReplicaGrainService")]
internal interface IReplicaGrainService : IGrainService
{
    /// <summary>
    /// Pulls from the store, applies, and waits until the answers that were checked before are handed over. How this silo is
    /// registered; null when it could not: then it may not answer for long.
    /// </summary>
    [Alias("Confirm")]
    Task<string?> ConfirmAsync();
}
