using System.Security.Cryptography;
using Duende.IdentityModel.Client;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// A DPoP exchange (RFC 9449) by libraries that know nothing of us: one sends the request and reads the nonce that the answer
/// asks for, the other makes the proofs and the thumbprint of the key.
/// </summary>
[Collection<DpopShopCollection>]
public sealed class IndependentDpopClientTests(DpopShop shop)
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task Accepts_a_DPoP_exchange_by_another_librarys_client_after_its_retry_with_our_nonce(string algorithm)
    {
        SecurityKey key = algorithm == "ES256"
            ? new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256))
            : new RsaSecurityKey(RSA.Create(2048));
        var subjectToken = shop.Parties.SubjectToken();

        var asked = await RequestAsync(subjectToken, Proof(key, algorithm, nonce: null));
        Assert.Equal("use_dpop_nonce", asked.Error);
        Assert.NotNull(asked.DPoPNonce);

        var response = await RequestAsync(subjectToken, Proof(key, algorithm, asked.DPoPNonce));
        Assert.False(response.IsError, response.Error);
        Assert.Equal("DPoP", response.TokenType);
        Assert.Equal(
            Base64UrlEncoder.Encode(key.ComputeJwkThumbprint()),
            DpopShop.JktOf(new IssuedJwt(response.AccessToken!)));
    }

    private Task<TokenResponse> RequestAsync(string subjectToken, string proof) => shop.Client.Http.RequestTokenExchangeTokenAsync(
        new TokenExchangeTokenRequest
        {
            Address = shop.Issuer + "/oauth/token",
            ClientId = "web",
            ClientSecret = ShopParties.SecretOf("web"),
            SubjectToken = subjectToken,
            SubjectTokenType = TokenTypeIdentifiers.AccessToken,
            Audience = "vault",
            DPoPProofToken = proof,
        },
        TestContext.Current.CancellationToken);

    private string Proof(SecurityKey key, string algorithm, string? nonce)
    {
        var jwk = JsonWebKeyConverter.ConvertFromSecurityKey(key);
        Dictionary<string, object> publicKey = algorithm == "ES256"
            ? new() { ["kty"] = jwk.Kty, ["crv"] = jwk.Crv, ["x"] = jwk.X, ["y"] = jwk.Y }
            : new() { ["kty"] = jwk.Kty, ["n"] = jwk.N, ["e"] = jwk.E };
        Dictionary<string, object> claims = new()
        {
            ["jti"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            ["htm"] = "POST",
            ["htu"] = shop.Issuer + "/oauth/token",
            ["iat"] = ShopParties.Now.ToUnixTimeSeconds(),
        };
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "dpop+jwt",
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, algorithm),
            AdditionalHeaderClaims = new Dictionary<string, object> { ["jwk"] = publicKey },
        });
    }
}
