using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.Silo.Tests.TrustedIssuers;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>An issuer that changes its keys while the silo runs.</summary>
public sealed class FaultIssuerKeyTests : IAsyncLifetime
{
    private LoopbackIssuer login = null!;
    private SiloFixture silo = null!;
    private TokenClient client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        login = await LoopbackIssuer.StartAsync();
        silo = await SiloFixture.StartAsync(
            issuer => $$"""
                revision: 1
                issuer: {{issuer}}
                trusted_issuers: [{ issuer: {{login.Issuer}}, jwks_uri: {{login.JwksUri}}, audiences: https://web.shop.example, max_lifetime: 1h }]
                services:
                  web: { domain: shop, audience: https://web.shop.example, credentials: { secrets: "{{ShopParties.HashOf("web")}}" }, scopes: [browse] }
                  orders: { domain: shop, audience: https://orders.shop.example, scopes: [browse], accepts: [{ from: web, scopes: [browse] }] }
                """,
            Cancelled);
        client = new TokenClient(silo.PublicUrl);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await silo.DisposeAsync();
        await login.DisposeAsync();
    }

    /// <summary>The bound is the refresh interval (10 minutes), or the first token under a key that is not known yet.</summary>
    [Fact]
    public async Task Fault_R10_F23_Refuses_a_removed_key_cached_answers_included_once_its_successor_shows_up()
    {
        var old = Token(login.Key);
        (await ExchangeAsync(old)).AssertIssued();
        (await ExchangeAsync(old)).AssertIssued();
        var successor = TestKey.Create(keyId: "second");
        login.Key = successor;

        (await ExchangeAsync(Token(successor))).AssertIssued();

        (await ExchangeAsync(old)).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.Contains(silo.Log.Lines, line => line.Contains("SubjectTokenKeyUnknown", StringComparison.Ordinal));
    }

    private string Token(TestKey key) => new TestIssuer(login.Issuer, key).Token(ShopParties.Now);

    private Task<TokenAnswer> ExchangeAsync(string token)
    {
        var form = TokenForm.Exchange(token);
        form.UseBasic("web", ShopParties.SecretOf("web"));
        form.Add(ParameterNames.Audience, "orders");
        return client.SendAsync(form);
    }
}
