using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace ExchangeCluster.Grains.Peers;

/// <inheritdoc cref="IReplicaGrainService"/>
[Reentrant]
internal sealed class ReplicaGrainService(GrainId id, Silo silo, ReplicaAnswer answer, PastDecisions decisions, ILoggerFactory loggers)
    : GrainService(id, silo, loggers), IReplicaGrainService
{
    public Task<string?> ConfirmAsync() => answer.ConfirmAsync();

    public Task<PastDecision?> FindDecisionAsync(string id) => Task.FromResult(decisions.FindHere(id));
}
