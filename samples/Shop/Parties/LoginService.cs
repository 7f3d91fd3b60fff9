using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Samples.Shop.Parties;

/// <summary>The shop's login: an issuer with discovery and keys, and tokens for whoever it is told.</summary>
internal sealed class LoginService : IAsyncDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly WebApplication app;
    private readonly ECDsaSecurityKey key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "login-1" };

    private LoginService(Uri issuer)
    {
        Issuer = issuer.OriginalString.TrimEnd('/');
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Issuer);
        app = builder.Build();
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(key);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Issuer, jwks_uri = Issuer + "/jwks" }));
        app.MapGet("/jwks", () => Results.Json(new
        {
            keys = new[] { new { kty = jwk.Kty, crv = jwk.Crv, x = jwk.X, y = jwk.Y, kid = key.KeyId, use = "sig", alg = SecurityAlgorithms.EcdsaSha256 } },
        }));
    }

    public string Issuer { get; }

    public static async Task<LoginService> StartAsync()
    {
        var login = new LoginService(Ports.FreeAddress());
        await login.app.StartAsync();
        return login;
    }

    /// <param name="user">Who logged in, from Norway.</param>
    /// <param name="scope">Separated by spaces.</param>
    /// <param name="audiences">Who may take it.</param>
    /// <param name="more">Further claims.</param>
    public string Issue(string user, string scope, IEnumerable<string> audiences, IEnumerable<KeyValuePair<string, object>> more) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = Issuer,
            Expires = (TimeProvider.System.GetUtcNow() + Lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
            Claims = new Dictionary<string, object>(more, StringComparer.Ordinal)
            {
                ["sub"] = user,
                ["aud"] = audiences.ToArray(),
                ["client_id"] = "web",
                ["scope"] = scope,
                ["country"] = "NO",
                ["jti"] = RandomNumberGenerator.GetHexString(32),
            },
        });

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
