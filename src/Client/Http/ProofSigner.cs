using System.Security.Cryptography;
using System.Text;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Client.Http;

/// <summary>Makes DPoP proofs (RFC 9449 section 4.2), each for one request, where this service has a key for them.</summary>
internal sealed class ProofSigner
{
    public const string Header = "DPoP";

    private const string NonceHeader = "DPoP-Nonce";
    private const string Type = "dpop+jwt";

    /// <summary>In hexadecimal digits: 128 bits.</summary>
    private const int JwtIdLength = 32;

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly TimeProvider clock;
    private readonly SigningCredentials? credentials;
    private readonly Dictionary<string, object> header = new(StringComparer.Ordinal);

    public ProofSigner(IOptions<TokenExchangeOptions> options, TimeProvider clock)
    {
        this.clock = clock;
        credentials = options.Value.ProofKey is { } key ? PrivateJwk.Read(key) : null;
        if (credentials is { Key: JsonWebKey jwk })
        {
            header[JwtHeaderParameterNames.Jwk] = PublicMembers(jwk);
        }
    }

    /// <summary>False: this service has no key, and sends tokens as bearer.</summary>
    public bool HasKey => credentials is not null;

    /// <summary>The nonce for the next proof (RFC 9449 section 8.2); null when the answer has none.</summary>
    public static string? NonceOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(NonceHeader, out var values) && values.ToList() is [{ Length: > 0 } nonce] ? nonce : null;

    /// <param name="method">Of the request that the proof goes with.</param>
    /// <param name="address">Its address; query and fragment are left out.</param>
    /// <param name="nonce">The server's last one; null without.</param>
    /// <param name="accessToken">The bound token that goes with it; null at the token endpoint.</param>
    public string Sign(HttpMethod method, Uri address, string? nonce, SensitiveText? accessToken)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["jti"] = RandomNumberGenerator.GetHexString(JwtIdLength),
            ["htm"] = method.Method,
            ["htu"] = address.GetLeftPart(UriPartial.Path),
        };
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        if (accessToken is not null)
        {
            claims["ath"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken.Reveal())));
        }

        return handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            IssuedAt = clock.GetUtcNow().UtcDateTime,
            Claims = claims,
            AdditionalHeaderClaims = header,
            SigningCredentials = credentials ?? throw new InvalidOperationException("There is no key for proofs."),
        });
    }

    private static Dictionary<string, object> PublicMembers(JsonWebKey key) => key.Kty == JsonWebAlgorithmsKeyTypes.RSA
        ? new(StringComparer.Ordinal) { ["kty"] = key.Kty, ["n"] = key.N, ["e"] = key.E }
        : new(StringComparer.Ordinal) { ["kty"] = key.Kty, ["crv"] = key.Crv, ["x"] = key.X, ["y"] = key.Y };
}
