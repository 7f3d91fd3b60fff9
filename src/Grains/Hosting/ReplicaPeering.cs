using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Peers;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeCluster.Grains.Hosting;

/// <summary>Lets the silos of a cluster tell one another that the store has something new, and ask what was decided.</summary>
public static class ReplicaPeering
{
    /// <summary>Needs the replicated state to be registered.</summary>
    public static ISiloBuilder AddReplicaPeers(this ISiloBuilder silo)
    {
        silo.AddGrainService<ReplicaGrainService>();
        silo.Services.AddSingleton<ReplicaPeers>();
        silo.Services.AddSingleton<IReplicaPeers>(provider => provider.GetRequiredService<ReplicaPeers>());
        silo.Services.AddSingleton<IDecisionPeers>(provider => provider.GetRequiredService<ReplicaPeers>());
        return silo;
    }
}
