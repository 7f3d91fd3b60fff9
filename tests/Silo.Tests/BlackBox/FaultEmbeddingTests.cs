using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group Z of the fault catalogue: embedded tokens that are bad, meant for another, or another issuer's.</summary>
public sealed class FaultEmbeddingTests(EmbeddingShop shop) : IClassFixture<EmbeddingShop>
{
    [Fact]
    public async Task Fault_Z22_Refuses_a_token_in_which_another_was_put()
    {
        var token = await shop.IssueAsync("z-alice");
        var others = await shop.IssueAsync("z-mallory");

        // Another subject's, a forged one, one without signature: the token that carries it is no longer ours.
        foreach (var put in new[] { TokenOf(others, "geolocation"), Forged(TokenOf(token, "geolocation")), Unsigned(TokenOf(token, "geolocation")) })
        {
            var edited = Edited(token.Token, claims => claims[EmbeddedTokens.ClaimName]!["geolocation"]![EmbeddedTokens.TokenMember] = put);

            (await shop.Sharing.ExchangeAsync("orders", edited, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
            Assert.False(await shop.Sharing.IsActiveAsync("orders", edited));
        }
    }

    [Fact]
    public async Task Fault_Z22_Refuses_a_forged_an_unsigned_and_a_revoked_token_taken_out()
    {
        var located = TokenOf(await shop.IssueAsync("z-bob"), "geolocation");
        (await shop.Sharing.ExchangeAsync("geolocation", located, "maps")).AssertIssued();

        await RefusedAsync(Forged(located));
        await RefusedAsync(Unsigned(located));
        await RefusedAsync(Edited(located, claims => claims["sub"] = "z-alice"));
        await shop.Sharing.RevokeAsync("orders", located);
        await RefusedAsync(located);
    }

    [Fact]
    public async Task Fault_Z22_Makes_nothing_of_what_a_presented_token_carries()
    {
        var token = await shop.IssueAsync("z-carol");

        var onward = await shop.Sharing.IssueAsync("orders", token.Token, "geolocation");

        // Made anew from the rules, not copied.
        Assert.NotEqual(TokenOf(new IssuedJwt(TokenOf(token, "geolocation")), "maps"), TokenOf(onward, "maps"));
        Assert.False((await shop.Sharing.IssueAsync("orders", token.Token, "catalog")).Has(EmbeddedTokens.ClaimName));
    }

    [Fact]
    public async Task Fault_Z23_Hands_an_embedded_token_to_nobody_but_its_target()
    {
        var token = await shop.IssueAsync("z-dave");
        var located = TokenOf(token, "geolocation");

        foreach (var client in new[] { "web", "catalog", "payment", "maps" })
        {
            Assert.False((await shop.Sharing.ExchangeAsync(client, located, "maps")).IsIssued);
            Assert.False(await shop.Sharing.IsActiveAsync(client, located));
        }

        var answer = await shop.Sharing.IntrospectAsync("orders", token.Token);
        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.False(answer.TryGetProperty(EmbeddedTokens.ClaimName, out _));
    }

    [Fact]
    public async Task Fault_Z23_Embeds_only_what_the_rules_give_the_reader()
    {
        Assert.False((await shop.IssueAsync("z-erin", "browse")).Has(EmbeddedTokens.ClaimName));

        // The target reached by way of another one has no rule for the reader.
        (await shop.Sharing.ExchangeAsync("orders", (await shop.IssueAsync("z-erin")).Token, "maps")).AssertRefused(ErrorCodes.InvalidTarget);
        Assert.DoesNotContain("maps", (await shop.TakeOutAsync(await shop.IssueAsync("z-erin"))).Keys);
    }

    [Fact]
    public async Task Fault_Z24_Refuses_another_issuers_token_that_has_the_claim()
    {
        var located = TokenOf(await shop.IssueAsync("z-frank"), "geolocation");
        JsonNode[] values = [new JsonObject { ["geolocation"] = new JsonObject { [EmbeddedTokens.TokenMember] = located } }, "text", Nested(50)];
        foreach (var value in values)
        {
            var login = shop.Sharing.Parties.SubjectToken(subject: "z-frank", claims: claims => claims[EmbeddedTokens.ClaimName] = value);

            (await shop.Sharing.ExchangeAsync("web", login, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        }

        var form = TokenForm.Of(GrantTypes.JwtBearer);
        form.Add(ParameterNames.Assertion, shop.Sharing.Parties.SubjectToken(
            shop.Sharing.Parties.Partner, subject: "z-frank", scope: "orders.place", lifetime: TimeSpan.FromMinutes(1), typ: "authorization-grant+jwt", claims: claims =>
            {
                claims["aud"] = shop.Sharing.Issuer;
                claims[EmbeddedTokens.ClaimName] = new JsonObject();
            }));
        form.Add(ParameterNames.Audience, "orders");
        form.UseBasic("web", ShopParties.SecretOf("web"));
        (await shop.Sharing.Client.SendAsync(form)).AssertRefused(ErrorCodes.InvalidGrant);
    }

    private static string TokenOf(IssuedJwt token, string target) =>
        token.Claims.GetProperty(EmbeddedTokens.ClaimName).GetProperty(target).GetProperty(EmbeddedTokens.TokenMember).GetString()!;

    private static string Forged(string token) => TestJws.Sign(TestJws.Part(token, 0), TestJws.Part(token, 1), TestKey.Create());

    private static string Unsigned(string token) =>
        Base64Url.EncodeToString("""{"alg":"none","typ":"at+jwt"}"""u8) + "." + token.Split('.')[1] + ".";

    private static string Edited(string token, Action<JsonNode> edit)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(TestJws.Part(token, 1))!;
        edit(claims);
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
    }

    private static JsonObject Nested(int depth) =>
        depth == 0 ? [] : new JsonObject { ["geolocation"] = new JsonObject { [EmbeddedTokens.TokenMember] = Nested(depth - 1) } };

    private async Task RefusedAsync(string token)
    {
        (await shop.Sharing.ExchangeAsync("geolocation", token, "maps")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.False(await shop.Sharing.IsActiveAsync("geolocation", token));
    }
}
