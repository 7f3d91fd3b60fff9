using ExchangeCluster.Silo.Administration;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Demo;
using ExchangeCluster.Silo.Introspection;
using ExchangeCluster.Silo.Metadata;
using ExchangeCluster.Silo.Operations;
using ExchangeCluster.Silo.Telemetry;
using ExchangeCluster.Silo.Revocation;
using ExchangeCluster.Silo.SharingPlan;
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
            .DeleteIn(RevocationEndpoints.KeysPath, revocations.DeleteKeyAsync);
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
