using ExchangeCluster.Silo.Administration;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Demo;
using ExchangeCluster.Silo.Introspection;
using ExchangeCluster.Silo.Metadata;
using ExchangeCluster.Silo.Operations;
using ExchangeCluster.Silo.Revocation;
using ExchangeCluster.Silo.SharingPlan;
using ExchangeCluster.Silo.Telemetry;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>Everything that answers HTTP, by listener.</summary>
internal static class Routes
{
    public static void UseListeners(this WebApplication app)
    {
        var services = app.Services;
        var token = services.GetRequiredService<TokenEndpoint>();
        var metadata = services.GetRequiredService<MetadataEndpoints>();
        var sharing = services.GetRequiredService<SharingPlanEndpoint>();
        var health = services.GetRequiredService<HealthEndpoints>();
        var explain = services.GetRequiredService<ExplainEndpoint>();
        var audit = services.GetRequiredService<AuditEndpoint>();
        var candidate = services.GetRequiredService<CandidateEndpoints>();
        var cluster = services.GetRequiredService<ClusterEndpoints>();
        var revocations = services.GetRequiredService<RevocationEndpoints>();

        var publicRoutes = new ExactRoutes()
            .Post(TokenEndpoint.Path, token.HandleAsync)
            .Post(RevocationEndpoint.Path, services.GetRequiredService<RevocationEndpoint>().HandleAsync)
            .Post(IntrospectionEndpoint.Path, services.GetRequiredService<IntrospectionEndpoint>().HandleAsync)
            .Get(SharingPlanEndpoint.Path, sharing.GetAsync)
            .Post(SharingPlanEndpoint.Path, sharing.PostAsync)
            .Get(MetadataEndpoints.AuthorizationServerPath, metadata.GetMetadataAsync)
            .Get(MetadataEndpoints.OpenIdPath, metadata.GetMetadataAsync)
            .Get(MetadataEndpoints.JwksPath, metadata.GetJwksAsync);
        var managementRoutes = new ExactRoutes()
            .Get(HealthEndpoints.LivePath, HealthEndpoints.GetLiveAsync)
            .Get(HealthEndpoints.ReadyPath, health.GetReadyAsync)
            .Get(HealthEndpoints.StartedPath, health.GetStartedAsync)
            .Post(RevocationEndpoints.Path, revocations.PostAsync)
            .Get(RevocationEndpoints.Path, revocations.GetAsync)
            .DeleteIn(RevocationEndpoints.Path, revocations.DeleteAsync)
            .DeleteIn(RevocationEndpoints.KeysPath, revocations.DeleteKeyAsync)
            .Get(ClusterEndpoints.KeysPath, cluster.GetKeysAsync)
            .Get(ClusterEndpoints.SilosPath, cluster.GetSilosAsync)
            .Get(ClusterEndpoints.StatePath, cluster.GetStateAsync)
            .Get(SelfExaminationEndpoint.Path, services.GetRequiredService<SelfExaminationEndpoint>().GetAsync)
            .Put(ClusterEndpoints.PolicyPath, cluster.PutPolicyAsync)
            .Post(ExplainEndpoint.Path, explain.PostAsync)
            .Post(AuditEndpoint.Path, audit.PostAsync)
            .Put(CandidateEndpoints.Path, candidate.PutAsync)
            .Get(CandidateEndpoints.Path, candidate.GetAsync)
            .Delete(CandidateEndpoints.Path, candidate.DeleteAsync)
            .Post(CandidateEndpoints.ReplayPath, candidate.ReplayAsync)
            .Get(CandidateEndpoints.DecisionsPath, candidate.GetDecisionsAsync);
        var demoRoutes = DemoRoutes(services);

        var errors = ActivatorUtilities.CreateInstance<UnexpectedErrors>(services);
        app.Use(next => context => errors.HandleAsync(context, next));
        var drain = services.GetRequiredService<Drain>();
        app.Use(next => context =>
        {
            drain.Announce(context);
            return next(context);
        });
        app.UseMetrics();
        app.Run(context => context.AcceptedBy() switch
        {
            _ when RequestBody.HasTwoLengths(context.Request) => TokenResponseWriter.WriteAsync(context.Response, HttpError.BadFraming),
            Listener.Public => publicRoutes.HandleAsync(context),
            Listener.Management => managementRoutes.HandleAsync(context),
            Listener.DemoLogin => demoRoutes.HandleAsync(context),
            _ => TokenResponseWriter.WriteAsync(context.Response, HttpError.NotFound),
        });
    }

    private static ExactRoutes DemoRoutes(IServiceProvider services)
    {
        var routes = new ExactRoutes();
        return services.GetRequiredService<SiloSettings>().DemoLoginUrl is null
            ? routes
            : services.GetRequiredService<DemoLogin>().AddTo(routes);
    }
}
