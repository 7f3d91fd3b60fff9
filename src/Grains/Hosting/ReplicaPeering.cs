using ExchangeCluster.Grains.Peers;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeCluster.Grains.Hosting;

/// <summary>Lets the silos of a cluster tell one another that the store has something new.</summary>
public static class ReplicaPeering
{
    /// <summary>Needs the replicated state to be registered.</summary>
    public static ISiloBuilder AddReplicaPeers(this ISiloBuilder silo)
    {
        silo.AddGrainService<ReplicaGrainService>();
        silo.Services.AddSingleton<IReplicaPeers, ReplicaPeers>();
        return silo;
    }
}
