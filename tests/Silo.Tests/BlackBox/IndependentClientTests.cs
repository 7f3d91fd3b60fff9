using Duende.IdentityModel.Client;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>A client library that knows nothing of us, only the standards.</summary>
[Collection<ShopCollection>]
public sealed class IndependentClientTests(Shop shop)
{
    [Theory]
    [InlineData(ClientCredentialStyle.AuthorizationHeader)]
    [InlineData(ClientCredentialStyle.PostBody)]
    public async Task Accepts_an_exchange_by_another_librarys_client(ClientCredentialStyle style)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var discovery = await shop.Client.Http.GetDiscoveryDocumentAsync(shop.Issuer, cancellationToken);

        var response = await shop.Client.Http.RequestTokenExchangeTokenAsync(
            new TokenExchangeTokenRequest
            {
                Address = discovery.TokenEndpoint,
                ClientId = "mobile",
                ClientSecret = ShopParties.SecretOf("mobile"),
                ClientCredentialStyle = style,
                AuthorizationHeaderStyle = BasicAuthenticationHeaderStyle.Rfc6749,
                SubjectToken = shop.Parties.SubjectToken(forClient: "mobile"),
                SubjectTokenType = TokenTypeIdentifiers.AccessToken,
                Audience = "orders",
                Scope = "browse",
            },
            cancellationToken);

        Assert.False(discovery.IsError, discovery.Error);
        Assert.False(response.IsError, response.Error);
        Assert.Equal(TokenTypeIdentifiers.AccessToken, response.IssuedTokenType);
        Assert.Equal("Bearer", response.TokenType);
        Assert.Equal("browse", response.Scope);
        Assert.InRange(response.ExpiresIn, 200, 300);
        Assert.Equal(["browse"], new IssuedJwt(response.AccessToken!).Scopes);
    }

    [Fact]
    public async Task Refuses_so_that_another_librarys_client_understands()
    {
        var response = await shop.Client.Http.RequestTokenExchangeTokenAsync(
            new TokenExchangeTokenRequest
            {
                Address = shop.Issuer + "/oauth/token",
                ClientId = "web",
                ClientSecret = ShopParties.SecretOf("web"),
                SubjectToken = shop.Parties.SubjectToken(),
                SubjectTokenType = TokenTypeIdentifiers.AccessToken,
                Audience = "geolocation",
            },
            TestContext.Current.CancellationToken);

        Assert.True(response.IsError);
        Assert.Equal(ErrorCodes.InvalidTarget, response.Error);
    }
}
