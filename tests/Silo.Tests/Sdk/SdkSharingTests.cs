using ExchangeCluster.Client;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Sdk;

[Collection<SharingShopCollection>]
public sealed class SdkSharingTests(SharingShop shop)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hands_on_what_the_plan_and_the_token_allow(bool overOrleans)
    {
        await using var sdk = await SdkHost.StartAsync(
            shop.Silo, overOrleans, options => (options.ClientId, options.ClientSecret) = ("orders", ShopParties.SecretOf("orders")));
        var browsing = await shop.IssueAsync("web", shop.Login("sdk-sharing", "browse"), "orders");
        var reused = await sdk.GetAsync("catalog", browsing.Token);
        Assert.Equal((TokenOrigin.Reused, browsing.Token), (reused.Origin, reused.Token.Reveal()));

        // The catalogue may not see the scope of an order, so that token names nobody but its target.
        var ordering = await shop.IssueAsync("web", shop.Login("sdk-sharing"), "orders");
        var exchanged = await sdk.GetAsync("catalog", ordering.Token);
        Assert.Equal(TokenOrigin.Exchanged, exchanged.Origin);
        Assert.Equal(["browse"], new IssuedJwt(exchanged.Token.Reveal()).Scopes);
    }
}
