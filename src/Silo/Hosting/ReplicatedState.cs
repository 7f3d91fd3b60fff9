using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Stores;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>The replicated state, whose truth is the cluster's Redis, or a file in the data directory of a cluster of one process.</summary>
internal static class ReplicatedState
{
    public static void AddReplicatedState(this IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton<IClusterStore>(provider => settings.Redis is { } address
            ? RedisClusterStore.OpenInitialized(address)
            : SqliteClusterStore.Open(settings.DataDirectory, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => settings.KeyEncryptionKey is { } key
            ? KeyEncryptionKey.FromBase64(key.Reveal())
            : KeyEncryptionKeyFile.ReadOrCreate(settings.DataDirectory));
        services.AddReplication(options => options.InitializeStore = settings.Redis is null);
    }
}
