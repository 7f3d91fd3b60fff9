using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Stores;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>The replicated state of a cluster of one process, whose truth is a file in the data directory.</summary>
internal static class ReplicatedState
{
    public static void AddReplicatedState(this IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton<IClusterStore>(provider =>
            SqliteClusterStore.Open(settings.DataDirectory, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => settings.KeyEncryptionKey is { } key
            ? KeyEncryptionKey.FromBase64(key.Reveal())
            : KeyEncryptionKeyFile.ReadOrCreate(settings.DataDirectory));
        services.AddReplication(options => options.InitializeStore = true);
    }
}
