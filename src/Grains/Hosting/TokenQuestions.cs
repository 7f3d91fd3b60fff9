using ExchangeCluster.Grains.Administration;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Introspection;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using Microsoft.Extensions.DependencyInjection;

namespace ExchangeCluster.Grains.Hosting;

/// <summary>What is asked beside tokens: introspection, revocation, and how a client comes to its tokens.</summary>
internal static class TokenQuestions
{
    public static void AddTokenQuestions(this IServiceCollection services)
    {
        services.AddSingleton<CurrentState>();
        services.AddSingleton<OwnTokenResolver>();
        services.AddSingleton<RefreshTokenResolver>();
        services.AddSingleton<AcknowledgedRevocations>();
        services.AddSingleton<AdministratorGate>();
        services.AddSingleton<RevocationTargets>();
        services.AddSingleton(provider => new ClientSharingPlan(provider.GetRequiredService<CurrentState>()));
        services.AddSingleton(provider => new TokenIntrospection(
            provider.GetRequiredService<CurrentState>(),
            provider.GetRequiredService<OwnTokenResolver>(),
            provider.GetRequiredService<RefreshTokenResolver>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TokenRevocation(
            provider.GetRequiredService<CurrentState>(),
            provider.GetRequiredService<OwnTokenResolver>(),
            provider.GetRequiredService<RefreshTokenResolver>(),
            provider.GetRequiredService<AcknowledgedRevocations>()));
        services.AddSingleton<PolicyAdministration>();
        services.AddSingleton(provider => new Management(
            provider.GetRequiredService<CurrentState>(), provider.GetRequiredService<AdministratorGate>()));
        services.AddSingleton(provider => new ExchangeExplanations(
            provider.GetRequiredService<Management>(),
            new SubjectTokenGate(
                provider.GetRequiredService<IKeySetRefresher>(),
                new OpaqueTokens(provider.GetRequiredService<ITokenReferences>()),
                provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<PastDecisions>(),
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new RevocationAdministration(
            provider.GetRequiredService<CurrentState>(),
            provider.GetRequiredService<AdministratorGate>(),
            provider.GetRequiredService<AcknowledgedRevocations>(),
            provider.GetRequiredService<RevocationTargets>()));
    }
}
