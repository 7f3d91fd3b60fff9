using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Sdk;

[Collection<ShopCollection>]
public sealed class SdkAssertionTests(Shop shop)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Authenticates_by_its_key(bool overOrleans)
    {
        await using var sdk = await SdkHost.StartAsync(shop.Silo, overOrleans, options =>
        {
            options.ClientId = shop.Parties.Reporting.Issuer;
            options.ClientKey = shop.Parties.Reporting.Key.PrivateJwk().ToJsonString();
            options.MaxStaleness = TimeSpan.Zero;
        });
        var login = shop.Parties.SubjectToken(forClient: shop.Parties.Reporting.Issuer);
        for (var use = 0; use < 3; use++)
        {
            Assert.Equal("reporting", new IssuedJwt((await sdk.GetAsync("catalog", login)).Token.Reveal()).Text("client_id"));
        }
    }
}
