namespace ExchangeCluster.Samples.Shop.Parties;

/// <summary>
/// A resource server with nothing but ASP.NET Core's stock JWT bearer handler. It knows its issuer and its audience, and has
/// never heard of this sample's token service.
/// </summary>
internal sealed class ServiceApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private ServiceApp(WebApplication app) => this.app = app;

    public Uri Address { get; private init; } = null!;

    /// <param name="issuer">Whose tokens it trusts.</param>
    /// <param name="audience">Its own name in them.</param>
    /// <param name="services">What else it is made of.</param>
    /// <param name="endpoints">What it serves.</param>
    public static async Task<ServiceApp> StartAsync(
        string issuer, string audience, Action<WebApplication> endpoints, Action<IServiceCollection>? services = null)
    {
        var address = Ports.FreeAddress();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.OriginalString);
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication().AddJwtBearer(options =>
        {
            options.Authority = issuer;
            options.Audience = audience;
            options.MapInboundClaims = false;
            options.RequireHttpsMetadata = false;   // everything is on this machine
            options.TokenValidationParameters.ValidTypes = ["at+jwt"];
        });
        services?.Invoke(builder.Services);
        var built = builder.Build();
        built.UseAuthentication();
        built.UseAuthorization();
        endpoints(built);
        await built.StartAsync();
        return new ServiceApp(built) { Address = address };
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

internal static class Scopes
{
    /// <summary>403 for a token without this scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoint, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireAssertion(context =>
            context.User.FindFirst("scope")?.Value.Split(' ').Contains(scope, StringComparer.Ordinal) == true));
}
