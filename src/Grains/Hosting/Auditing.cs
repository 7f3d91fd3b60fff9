using ExchangeCluster.Grains.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ExchangeCluster.Grains.Hosting;

/// <summary>Whoever tells of decisions.</summary>
internal static class Auditing
{
    public static void AddAuditing(this IServiceCollection services)
    {
        services.AddSingleton<DecisionJournal>();
        services.AddHostedService<DecisionJournalService>();

        // In this order: the shadow asks what the recent decisions have recorded.
        services.AddSingleton<RecentDecisions>();
        services.AddSingleton<IDecisionSink>(provider => provider.GetRequiredService<RecentDecisions>());
        services.TryAddSingleton<IDecisionPeers, NoDecisionPeers>();
        services.AddSingleton(provider => new PastDecisions(
            provider.GetRequiredService<RecentDecisions>(), provider.GetRequiredService<DecisionJournal>(), provider.GetRequiredService<IDecisionPeers>()));
        services.AddSingleton<Shadow>();
        services.AddSingleton<IDecisionSink>(provider => provider.GetRequiredService<Shadow>());
        services.AddSingleton<IDecisionSink, AuditLogger>();
    }
}
