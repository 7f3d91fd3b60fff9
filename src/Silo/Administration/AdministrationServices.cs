using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Silo.Auditing;
using ExchangeCluster.Silo.Configuration;

namespace ExchangeCluster.Silo.Administration;

/// <summary>The management API beyond revocations, and the audit that it reads.</summary>
internal static class AdministrationServices
{
    public static void AddAdministration(this IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton(provider => new AuditFiles(settings.DataDirectory, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AuditReader>();
        services.AddSingleton<IDecisionSink>(provider => new AuditFile(
            provider.GetRequiredService<AuditFiles>(),
            settings.AuditFiles,
            settings.AuditFileSize,
            provider.GetRequiredService<ExchangeMetrics>(),
            provider.GetRequiredService<ILogger<AuditFile>>()));
        services.AddSingleton<ExplainEndpoint>().AddSingleton<AuditEndpoint>().AddSingleton<CandidateEndpoints>().AddSingleton<ClusterEndpoints>();
        services.AddSingleton<SelfExamination>().AddSingleton<SelfExaminationEndpoint>();
    }
}
