using System.Collections.Frozen;
using System.Text.Json;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Token;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Silo.Demo;

/// <summary>
/// A stand-in for a company's login service. It gives a token to anyone who names a user, without a password: it exists
/// in the demo only, with an issuer URL, a listener and a key of its own.
/// </summary>
internal sealed class DemoLogin(SiloSettings settings, TimeProvider time)
{
    public const string LoginPath = "/login";
    private const string DiscoveryPath = "/.well-known/openid-configuration";
    private const string JwksPath = "/.well-known/jwks.json";

    private const string ClientId = "web";
    private const string Audience = "https://web.shop.example";
    private const string Scope = "browse orders.place";
    private const string Administrator = "admin";
    private const string AdministratorScope = "browse exchange.admin";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>Demo users and the country each lives in, which the demo policy's rules look at.</summary>
    private static readonly FrozenDictionary<string, string> Users = new Dictionary<string, string>
    {
        ["alice"] = "NO",
        ["bob"] = "DE",
        [Administrator] = "NO",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly string issuer = settings.DemoLoginUrl!.ToString();
    private readonly ECDsaSecurityKey key = DemoLoginKey.LoadOrCreate(settings.DataDirectory);

    public ExactRoutes AddTo(ExactRoutes routes) => routes
        .Post(LoginPath, LoginAsync)
        .Get(DiscoveryPath, GetDiscoveryAsync)
        .Get(JwksPath, GetJwksAsync);

    /// <summary>A form with <c>user</c> in, the bare access token out: a shell needs no JSON parser.</summary>
    private async Task LoginAsync(HttpContext context)
    {
        var (body, error) = await RequestBody.TakeAsync(context.Request);
        var user = body is null ? null : FormParser.Parse(body).Parameters?.FirstOrDefault(parameter => parameter.Key == "user").Value;
        if (user is null || !Users.TryGetValue(user, out var country))
        {
            await TokenResponseWriter.WriteAsync(context.Response, error ?? HttpError.BadRequest);
            return;
        }

        context.Response.ContentType = "text/plain";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(Issue(user, country), context.RequestAborted);
    }

    private Task GetDiscoveryAsync(HttpContext context) => WriteAsync(context, new
    {
        issuer,
        jwks_uri = issuer + JwksPath,
        response_types_supported = Array.Empty<string>(),
    });

    private Task GetJwksAsync(HttpContext context)
    {
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(key);
        return WriteAsync(context, new
        {
            keys = new[] { new { kty = jwk.Kty, crv = jwk.Crv, x = jwk.X, y = jwk.Y, kid = key.KeyId, use = "sig", alg = SecurityAlgorithms.EcdsaSha256 } },
        });
    }

    private string Issue(string user, string country)
    {
        var now = time.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = issuer,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = user,
                ["client_id"] = ClientId,
                ["scope"] = user == Administrator ? AdministratorScope : Scope,
                ["country"] = country,
                ["sid"] = UniqueId.CreateUniqueId(),
                ["jti"] = UniqueId.CreateUniqueId(),
            },
        });
    }

    private static Task WriteAsync(HttpContext context, object document)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(document), context.RequestAborted);
    }
}
