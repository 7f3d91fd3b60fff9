using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Client.Http;

/// <summary>Makes <c>private_key_jwt</c> assertions (RFC 7523 section 3), each for one use.</summary>
internal sealed class ClientAssertionSigner(SigningCredentials credentials, string clientId, string audience, TimeProvider clock)
{
    /// <summary>In hexadecimal digits: 128 bits.</summary>
    private const int JwtIdLength = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Null for a service that authenticates in another way.</summary>
    public static ClientAssertionSigner? For(TokenExchangeOptions options, TimeProvider clock) =>
        For(options.ClientKey, options.ClientId!, TokenServiceHttp.IdentifierOf(options.Issuer!), clock);

    /// <param name="key">A private JWK; null: null.</param>
    /// <param name="clientId">Who signs.</param>
    /// <param name="audience">The issuer identifier of the token service.</param>
    /// <param name="clock">Dates them.</param>
    public static ClientAssertionSigner? For(string? key, string clientId, string audience, TimeProvider clock) =>
        key is null ? null : new ClientAssertionSigner(PrivateJwk.Read(key)!, clientId, audience, clock);

    public string Sign()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = clientId,
            Audience = audience,
            IssuedAt = now,
            Expires = now + Lifetime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = clientId,
                ["jti"] = RandomNumberGenerator.GetHexString(JwtIdLength),
            },
            SigningCredentials = credentials,
        });
    }
}
