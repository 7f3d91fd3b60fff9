using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Client.Http;

/// <summary>Private keys as JWK (RFC 7517).</summary>
internal static class PrivateJwk
{
    /// <summary>Null when it is not a private JWK with <c>alg</c>.</summary>
    public static SigningCredentials? Read(string key)
    {
        try
        {
            var jwk = new JsonWebKey(key);
            return jwk is { HasPrivateKey: true, Alg.Length: > 0 } ? new SigningCredentials(jwk, jwk.Alg) : null;
        }
        catch (ArgumentException)
        {
            // Its text could quote the key.
            return null;
        }
    }
}
