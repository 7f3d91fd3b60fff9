using System.Security.Claims;
using System.Security.Cryptography;
using ExchangeCluster.OpenIddict;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

// OpenIddict's token exchange with ES256 and plain JWT access tokens. Without arguments in degraded mode: no store, its fastest. With the
// path of a database: its usual store (Entity Framework Core, here on SQLite) for clients and tokens.
var builder = WebApplication.CreateSlimBuilder([]);
builder.Logging.ClearProviders();
var database = args.FirstOrDefault();
var openIddict = builder.Services.AddOpenIddict();
if (database is not null)
{
    builder.Services.AddDbContext<Store>(options => options.UseSqlite($"Data Source={database}").UseOpenIddict());
    openIddict.AddCore(core => core.UseEntityFrameworkCore().UseDbContext<Store>());
}

openIddict.AddServer(server =>
{
    server.SetIssuer(new Uri("https://sts.shop.example"));
    server.SetTokenEndpointUris("/oauth/token");
    server.AllowTokenExchangeFlow().AllowClientCredentialsFlow();
    server.AddSigningKey(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)));
    server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
    server.DisableAccessTokenEncryption();
    server.RegisterScopes("a", "b", "c", "d");
    server.DisableAudienceValidation();
    server.IgnoreAudiencePermissions();
    server.UseAspNetCore().DisableTransportSecurityRequirement();
    if (database is null)
    {
        server.EnableDegradedMode();
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(Peer.ValidateClient));
    }

    server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(Peer.SignIn));
});

var app = builder.Build();
app.UseAuthentication();
if (database is not null)
{
    await Store.CreateAsync(app.Services);
}

app.Run();

/// <summary>The two decisions that OpenIddict leaves to its host.</summary>
internal static class Peer
{
    public const string Client = "web0";
    public const string Secret = "secret-of-web0-0123456789abcdef";

    public static ValueTask ValidateClient(ValidateTokenRequestContext context)
    {
        if (context.ClientId != Client || context.ClientSecret != Secret)
        {
            context.Reject(Errors.InvalidClient);
        }

        return default;
    }

    /// <summary>A login for the client itself, or the same subject for the service that was asked for.</summary>
    public static ValueTask SignIn(HandleTokenRequestContext context)
    {
        var identity = new ClaimsIdentity(authenticationType: "peer", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, context.SubjectTokenPrincipal?.GetClaim(Claims.Subject) ?? "alice");
        identity.SetScopes("a", "b", "c", "d");
        identity.SetAudiences(context.Request.Audiences is { } audiences ? [.. audiences.OfType<string>()] : [Client]);
        identity.SetDestinations(_ => [Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        return default;
    }
}
