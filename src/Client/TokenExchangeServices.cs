using ExchangeCluster.Client.Chaining;
using ExchangeCluster.Client.Http;
using ExchangeCluster.Client.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Client;

/// <summary>Registers the token provider and puts its tokens on the requests of HTTP clients.</summary>
public static class TokenExchangeServices
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Registers <see cref="ITokenProvider"/> over HTTP, for the access token of the current ASP.NET Core request.</summary>
    /// <exception cref="OptionsValidationException">At the start of the host: the options are wrong.</exception>
    public static IServiceCollection AddTokenExchange(this IServiceCollection services, Action<TokenExchangeOptions> configure)
    {
        services.AddOptions<TokenExchangeOptions>()
            .Configure(configure)
            .ValidateDataAnnotations()
            .Validate(options => options.ClientSecret is null != options.ClientKey is null, "Exactly one of ClientSecret and ClientKey must be set.")
            .Validate(options => IsKeyOrNull(options.ClientKey), "ClientKey is not a private JWK with alg.")
            .Validate(options => IsKeyOrNull(options.ProofKey), "ProofKey is not a private JWK with alg.")
            .Validate(options => options.Issuer is null || TokenServiceHttp.IsSafe(options.Issuer), "Issuer must be https, or http on loopback.")
            .Validate(options => options.OtherDomains.Values.All(IsComplete), "Each of OtherDomains needs AuthorizationServer, a safe Issuer, ClientId, and exactly one of ClientSecret and ClientKey.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();
        services.TryAddSingleton<IIncomingToken, IncomingBearerToken>();
        services.TryAddSingleton<TokenMemory>();
        services.TryAddSingleton<ISharingPlanSource, SharingPlanSource>();
        services.TryAddSingleton<ISharingPlanEndpoint, SharingPlanOverHttp>();
        services.TryAddSingleton<ITokenProvider, TokenProvider>();
        services.TryAddSingleton<ITokenExchanger, TokenServiceExchanger>();
        services.TryAddSingleton<ProofSigner>();
        services.TryAddSingleton<TokenSource>();
        services.TryAddSingleton<GrantRedeemer>();
        AddTokenServiceHttp(services);
        return services;
    }

    /// <summary>Puts a token for <paramref name="target"/>, a service of the policy, on every request of this client.</summary>
    public static IHttpClientBuilder AddTokenFor(this IHttpClientBuilder builder, string target) =>
        builder.AddHttpMessageHandler(provider => new TargetTokenHandler(
            target, provider.GetRequiredService<ITokenProvider>(), provider.GetRequiredService<IIncomingToken>(), provider.GetRequiredService<ProofSigner>()));

    /// <summary>
    /// From the outside in: attempts are bounded and repeated, each is proved and authenticated by itself, because proofs and
    /// assertions count once.
    /// </summary>
    private static void AddTokenServiceHttp(IServiceCollection services)
    {
        services.TryAddTransient<ProofHandler>();
        services.TryAddTransient<ClientAuthenticationHandler>();

        // A redirected request would carry the subject token to another address.
        var http = services.AddHttpClient(TokenServiceHttp.ClientName)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddHttpClient(GrantRedeemer.ClientName, client => client.Timeout = AttemptTimeout)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        http.AddStandardResilienceHandler(Configure);
        http.AddHttpMessageHandler<ProofHandler>();
        http.AddHttpMessageHandler<ClientAuthenticationHandler>();
    }

    /// <summary>A request of an application waits for this: an attempt takes milliseconds, or something is broken.</summary>
    private static void Configure(HttpStandardResilienceOptions resilience)
    {
        resilience.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(10);
        resilience.AttemptTimeout.Timeout = AttemptTimeout;
        resilience.Retry.Delay = TimeSpan.FromMilliseconds(100);

        // More than 1,000 at once wait; the time above bounds how long.
        resilience.RateLimiter.DefaultRateLimiterOptions.QueueLimit = int.MaxValue;
    }

    private static bool IsComplete(OtherDomain domain) =>
        domain is { AuthorizationServer.Length: > 0, ClientId.Length: > 0, Issuer: { } issuer }
        && TokenServiceHttp.IsSafe(issuer)
        && (domain.TokenEndpoint is null || TokenServiceHttp.IsSafe(domain.TokenEndpoint))
        && domain.ClientSecret is null != domain.ClientKey is null
        && IsKeyOrNull(domain.ClientKey);

    private static bool IsKeyOrNull(string? key) => key is null || PrivateJwk.Read(key) is not null;
}
