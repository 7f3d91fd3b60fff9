using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Client.Http;

/// <summary>Makes <c>private_key_jwt</c> assertions (RFC 7523 section 3), each for one use.</summary>
internal sealed class ClientAssertionSigner(SigningCredentials credentials, TokenExchangeOptions options, TimeProvider clock)
{
    /// <summary>In hexadecimal digits: 128 bits.</summary>
    private const int JwtIdLength = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Null for a service that authenticates in another way.</summary>
    public static ClientAssertionSigner? For(TokenExchangeOptions options, TimeProvider clock) =>
        options.ClientKey is { } key ? new ClientAssertionSigner(PrivateJwk.Read(key)!, options, clock) : null;

    public string Sign()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.ClientId,
            Audience = TokenServiceHttp.Issuer(options),
            IssuedAt = now,
            Expires = now + Lifetime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = options.ClientId!,
                ["jti"] = RandomNumberGenerator.GetHexString(JwtIdLength),
            },
            SigningCredentials = credentials,
        });
    }
}
