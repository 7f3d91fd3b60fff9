using System.Text.Json;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Tokens that carry those for the next hops (docs/embedding.md), by every grant.</summary>
public sealed class EmbeddingTests(EmbeddingShop shop) : IClassFixture<EmbeddingShop>
{
    [Fact]
    public async Task Issues_a_token_with_two_levels_of_others_each_for_one_target()
    {
        var token = await shop.IssueAsync("e-alice");

        var carried = await shop.TakeOutAsync(token);
        Assert.Equal(["geolocation", "payment"], carried.Keys);
        var (located, paid) = (carried["geolocation"], carried["payment"]);
        Assert.Equal(("orders", "locate", "e-alice", "NO"), (located.Text("client_id"), located.Text("scope"), located.Subject, located.Text("country")));
        Assert.Equal(("orders", "orders.place"), (paid.Text("client_id"), paid.Text("scope")));
        Assert.NotEqual("e-alice", paid.Subject);
        Assert.False(paid.Has("country"));
        Assert.InRange((located.ExpiresAt - located.IssuedAt).TotalSeconds, 118, 120);

        var within = await shop.TakeOutAsync(located);
        Assert.Equal(["maps"], within.Keys);
        Assert.Equal(("geolocation", "locate"), (within["maps"].Text("client_id"), within["maps"].Text("scope")));
        Assert.Empty(await shop.TakeOutAsync(within["maps"]));
        Assert.InRange(token.Token.Length, 1, 6 * 1024);
    }

    [Fact]
    public async Task Embeds_what_an_exchange_gives()
    {
        var token = await shop.IssueAsync("e-bob");
        var embedded = (await shop.TakeOutAsync(token))["geolocation"];

        var exchanged = await shop.Sharing.IssueAsync("orders", token.Token, "geolocation");

        Assert.Equal(exchanged.ClaimNames, embedded.ClaimNames);
        Assert.All(["iss", "sub", "aud", "client_id", "scope", "country"], claim => Assert.Equal(exchanged.Text(claim), embedded.Text(claim)));
        Assert.True(await shop.LivesAsync(embedded));
    }

    [Fact]
    public async Task Leaves_out_what_the_rules_refuse() => Assert.False((await shop.IssueAsync("e-carol", "browse")).Has(EmbeddedTokens.ClaimName));

    [Fact]
    public async Task Leaves_everything_out_of_a_bound_token()
    {
        var proof = TestProof.Of(TestKey.Create(), shop.Sharing.Issuer + "/oauth/token", ShopParties.Now);
        var bound = await shop.Sharing.IssueAsync("web", shop.Sharing.Login("e-dave"), "orders", edit: form => form.Proofs.Add(proof));

        Assert.True(bound.Has("cnf"));
        Assert.False(bound.Has(EmbeddedTokens.ClaimName));
    }

    [Fact]
    public async Task Embeds_in_each_token_of_a_batch_what_it_has_alone()
    {
        var form = TokenForm.Exchange(shop.Sharing.Login("e-erin"));
        form[ParameterNames.GrantType] = GrantTypes.BatchTokenExchange;
        form.Add(ParameterNames.Requests, """[{"audience":"orders"},{"audience":"orders","scope":"browse"}]""");
        form.UseBasic("web", ShopParties.SecretOf("web"));

        using var response = await shop.Sharing.Client.Http.SendAsync(form.ToRequest(), TestContext.Current.CancellationToken);

        var results = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty(ParameterNames.Responses);
        var tokens = results.EnumerateArray().Select(result => new IssuedJwt(result.GetProperty(ParameterNames.AccessToken).GetString()!)).ToArray();
        Assert.Equal(["geolocation", "payment"], (await shop.TakeOutAsync(tokens[0])).Keys);
        Assert.False(tokens[1].Has(EmbeddedTokens.ClaimName));
    }

    [Fact]
    public async Task Embeds_for_an_authorization_grant_and_never_beyond_the_token()
    {
        var form = TokenForm.Of(GrantTypes.JwtBearer);
        form.Add(ParameterNames.Assertion, shop.Sharing.Parties.SubjectToken(
            shop.Sharing.Parties.Partner, subject: "e-frank", scope: "orders.place", lifetime: TimeSpan.FromMinutes(1),
            typ: "authorization-grant+jwt", claims: claims => claims["aud"] = shop.Sharing.Issuer));
        form.Add(ParameterNames.Audience, "orders");
        form.UseBasic("web", ShopParties.SecretOf("web"));

        var token = (await shop.Sharing.Client.SendAsync(form)).AssertIssued();

        var carried = await shop.TakeOutAsync(token);
        Assert.Equal(["geolocation", "payment"], carried.Keys);
        Assert.Equal("partner:e-frank", carried["geolocation"].Subject);
        Assert.Equal(token.ExpiresAt, carried["payment"].ExpiresAt);
    }

    [Fact]
    public async Task Embeds_at_each_use_of_a_refresh_token_what_ends_with_it()
    {
        var asked = await shop.Sharing.ExchangeAsync("web", shop.Sharing.Login("e-grace"), "orders", edit: form =>
            form[ParameterNames.RequestedTokenType] = TokenTypeIdentifiers.RefreshToken);
        var first = await RefreshAsync(asked.AssertOpaque());
        var second = await RefreshAsync(first.Text(ParameterNames.RefreshToken)!);

        var (one, other) = ((await shop.TakeOutAsync(first.AssertIssued()))["geolocation"], (await shop.TakeOutAsync(second.AssertIssued()))["geolocation"]);
        Assert.NotEqual(one.JwtId, other.JwtId);
        Assert.True(await shop.LivesAsync(one) && await shop.LivesAsync(other));

        await shop.Sharing.RevokeAsync("web", second.Text(ParameterNames.RefreshToken)!);
        Assert.False(await shop.LivesAsync(one) || await shop.LivesAsync(other));
    }

    private Task<TokenAnswer> RefreshAsync(string refreshToken)
    {
        var form = TokenForm.Of(GrantTypes.RefreshToken);
        form.Add(ParameterNames.RefreshToken, refreshToken);
        form.UseBasic("web", ShopParties.SecretOf("web"));
        return shop.Sharing.Client.SendAsync(form);
    }
}
