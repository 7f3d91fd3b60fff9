using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

[Collection<RevocationShopCollection>]
public sealed class NearCacheTests(RevocationShop shop)
{
    private int Kept => shop.Silo.Services.GetRequiredService<NearCache>().Count;

    [Fact]
    public async Task Keeps_an_answer_for_exactly_the_same_request()
    {
        var login = shop.Login("near-same");
        var before = Kept;
        var first = await shop.IssueAsync("web", login, "orders");
        Assert.Equal(before, Kept);
        await shop.IssueAsync("web", login, "orders");
        Assert.Equal(before + 1, Kept);
        Assert.Equal(first.Token, (await shop.IssueAsync("web", login, "orders")).Token);
        Assert.Equal(before + 1, Kept);

        (await shop.ExchangeAsync("web", login, "orders", form => form.UseBasic("web", "wrong"))).AssertRefused(ErrorCodes.InvalidClient);
        (await shop.ExchangeAsync("web", login, "orders", form => form.UseBasic("mobile", ShopParties.SecretOf("mobile"))))
            .AssertRefused(ErrorCodes.InvalidRequest);
        Assert.Equal(before + 1, Kept);
    }

    [Fact]
    public async Task Gives_no_bearer_token_to_a_request_that_proves_a_key()
    {
        var login = shop.Login("near-proof");
        await shop.IssueAsync("web", login, "orders");
        await shop.IssueAsync("web", login, "orders");
        var key = TestKey.Create();
        for (var use = 0; use < 2; use++)
        {
            var answer = await shop.ExchangeAsync(
                "web", login, "orders", form => form.Proofs.Add(TestProof.Of(key, shop.Issuer + "/oauth/token", ShopParties.Now)));
            Assert.Equal(TestProof.Thumbprint(key), DpopShop.JktOf(answer.AssertIssued()));
        }

        // Neither the other way round.
        Assert.False((await shop.IssueAsync("web", login, "orders")).Has("cnf"));
    }

    [Fact]
    public async Task Keeps_no_refusal_and_no_refused_request()
    {
        var login = shop.Login("near-refused");
        var before = Kept;
        (await shop.ExchangeAsync("web", login, "nowhere")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.ExchangeAsync("web", login, "nowhere")).AssertRefused(ErrorCodes.InvalidTarget);
        Assert.Equal(before, Kept);
    }

    [Fact]
    public async Task Is_silent_about_what_was_revoked_since()
    {
        var login = shop.Login("near-revoked");
        var issued = await shop.IssueAsync("web", login, "orders");
        await shop.IssueAsync("web", login, "orders");
        using (await shop.RevokeAsync("web", issued.Token))
        {
        }

        // The login stands, its token doesn't.
        Assert.NotEqual(issued.JwtId, (await shop.IssueAsync("web", login, "orders")).JwtId);
        await shop.AdminRevokeAsync(shop.SubjectBody("near-revoked"), await shop.AdminTokenAsync());
        (await shop.ExchangeAsync("web", login, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
    }
}
