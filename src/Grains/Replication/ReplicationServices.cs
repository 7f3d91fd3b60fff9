using ExchangeCluster.Grains.Keys;
using ExchangeCluster.Grains.Revocations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Grains.Replication;

public static class ReplicationServices
{
    /// <summary>
    /// The replicated state. Needs an <see cref="IClusterStore"/>, a <see cref="KeyEncryptionKey"/> and a
    /// <see cref="TimeProvider"/>. Its hosted services load the state and make the first keys; add it before whatever
    /// publishes a policy.
    /// </summary>
    public static IServiceCollection AddReplication(this IServiceCollection services, Action<ReplicationOptions> configure)
    {
        services.AddOptions<ReplicationOptions>().Configure(configure);
        return services
            .AddSingleton<IValidateOptions<ReplicationOptions>, ReplicationOptionsValidator>()
            .AddSingleton<RecordSealer>()
            .AddSingleton<Replica>()
            .AddSingleton<IClusterState>(provider => provider.GetRequiredService<Replica>())
            .AddSingleton<LogWriter>()
            .AddSingleton<IPolicyPublisher, PolicyPublisher>()
            .AddSingleton<IKeySetPublisher, KeySetPublisher>()
            .AddSingleton<ISpentOnce, SpentOnce>()
            .AddSingleton<ITokenReferences, TokenReferences>()
            .AddSingleton<IRefreshTokens, RefreshTokens>()
            .AddSingleton<HandOvers>()
            .AddSingleton<ReplicaAnswer>()
            .AddSingleton<IReplicaPeers, SilentPeers>()
            .AddSingleton<Followers>()
            .AddSingleton<RevocationQueue>()
            .AddSingleton<IRevocationPublisher, RevocationPublisher>()
            .AddHostedService<ReplicaService>()
            .AddHostedService<KeyRotationService>();
    }
}
