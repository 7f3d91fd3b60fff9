using System.Text.Json.Nodes;
using ExchangeCluster.Client;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Sdk;

/// <summary>The SDK against a real silo, over both transports.</summary>
[Collection<RevocationShopCollection>]
public sealed class SdkTests(RevocationShop shop)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gets_a_token_for_a_target(bool overOrleans)
    {
        await using var sdk = await StartAsync(overOrleans, Minute);
        var login = shop.Login("sdk-alice");
        var token = await sdk.GetAsync("orders", login);
        Assert.Equal((TokenOrigin.Exchanged, AccessTokenTypes.Bearer), (token.Origin, token.TokenType));
        var issued = new IssuedJwt(token.Token.Reveal());
        Assert.Equal(("sdk-alice", "https://orders.shop.example"), (issued.Subject, Assert.Single(issued.Audiences)));
        Assert.InRange(token.ExpiresAt, issued.ExpiresAt.AddSeconds(-2), issued.ExpiresAt.AddSeconds(2));
        Assert.Equal(TokenOrigin.Cached, (await sdk.GetAsync("orders", login)).Origin);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tells_why_there_is_no_token(bool overOrleans)
    {
        await using var sdk = await StartAsync(overOrleans, Minute);
        Assert.Equal(ErrorCodes.InvalidTarget, (await RefusedAsync(sdk, "nowhere", shop.Login("sdk-bob"))).Code);
        Assert.Equal(ErrorCodes.InvalidRequest, (await RefusedAsync(sdk, "orders", "rubbish")).Code);
        await using var stranger = await SdkHost.StartAsync(shop.Silo, overOrleans, options => (options.ClientId, options.ClientSecret) = ("web", "wrong"));
        Assert.Equal(ErrorCodes.InvalidClient, (await RefusedAsync(stranger, "orders", shop.Login("sdk-bob"))).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exchanges_once_for_each_of_many_users_and_targets_and_mixes_nothing_up(bool overOrleans)
    {
        await using var sdk = await StartAsync(overOrleans, Minute);
        (string Target, string Audience)[] targets = [("orders", "https://orders.shop.example"), ("auditor", "https://auditor.shop.example")];
        var users = Enumerable.Range(0, 25).Select(user => (Name: $"sdk-crowd-{user}", Token: shop.Login($"sdk-crowd-{user}"))).ToList();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(call => Task.Run(async () =>
        {
            var (name, login) = users[call / targets.Length % users.Count];
            var (target, audience) = targets[call % targets.Length];
            var issued = new IssuedJwt((await sdk.GetAsync(target, login)).Token.Reveal());
            Assert.Equal((name, audience), (issued.Subject, Assert.Single(issued.Audiences)));
        })));
        Assert.Equal(users.Count * targets.Length, sdk.Exchanges.Count);
        Assert.Equal(sdk.Exchanges.Count, sdk.Exchanges.Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stops_at_once_after_a_revocation_when_nothing_is_remembered(bool overOrleans)
    {
        await using var sdk = await StartAsync(overOrleans, TimeSpan.Zero);
        var subject = $"sdk-revoked-{overOrleans}";
        var login = shop.Login(subject);
        await sdk.GetAsync("orders", login);
        await RevokeAsync(subject);
        Assert.Equal(ErrorCodes.InvalidRequest, (await RefusedAsync(sdk, "orders", login)).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Learns_of_a_revocation_by_the_refusal_of_a_target(bool overOrleans)
    {
        await using var sdk = await StartAsync(overOrleans, Minute);
        var subject = $"sdk-remembered-{overOrleans}";
        var login = shop.Login(subject);
        await sdk.GetAsync("orders", login);
        await RevokeAsync(subject);

        // Remembered for as long as the setting says; the 401 of a target ends it.
        Assert.Equal(TokenOrigin.Cached, (await sdk.GetAsync("orders", login)).Origin);
        await Assert.ThrowsAsync<TokenRefusedException>(() =>
            sdk.Tokens.GetTokenAsync("orders", new SensitiveText(login), anew: true, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(ErrorCodes.InvalidRequest, (await RefusedAsync(sdk, "orders", login)).Code);
    }

    private Task<SdkHost> StartAsync(bool overOrleans, TimeSpan maxStaleness) => SdkHost.StartAsync(shop.Silo, overOrleans, options =>
    {
        (options.ClientId, options.ClientSecret) = ("web", ShopParties.SecretOf("web"));
        options.MaxStaleness = maxStaleness;
    });

    private static async Task<TokenError> RefusedAsync(SdkHost sdk, string target, string incoming) =>
        (await Assert.ThrowsAsync<TokenRefusedException>(() => sdk.GetAsync(target, incoming))).Error;

    private async Task RevokeAsync(string subject)
    {
        var body = new JsonObject { ["subjects"] = new JsonArray(new JsonObject { ["iss"] = shop.Parties.Login.Issuer, ["sub"] = subject }) };
        using var response = await shop.AdminAsync(HttpMethod.Post, "/admin/revocations", body, await shop.AdminTokenAsync());
        response.EnsureSuccessStatusCode();
    }
}
