using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Sdk;

[Collection<DpopShopCollection>]
public sealed class SdkProofTests(DpopShop shop)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gets_a_token_that_is_bound_to_its_key_and_a_nonce_on_the_way(bool overOrleans)
    {
        var key = TestKey.Create();
        await using var sdk = await SdkHost.StartAsync(shop.Silo, overOrleans, options =>
        {
            (options.ClientId, options.ClientSecret) = ("web", ShopParties.SecretOf("web"));
            options.ProofKey = key.PrivateJwk().ToJsonString();
        });
        var token = await sdk.GetAsync("vault", shop.Parties.SubjectToken(forClient: "web"));
        Assert.Equal(AccessTokenTypes.Dpop, token.TokenType);
        Assert.Equal(TestProof.Thumbprint(key), DpopShop.JktOf(new IssuedJwt(token.Token.Reveal())));
    }
}
