using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// <c>act</c>, <c>may_act</c>, <c>client_id</c> and <c>scope</c> (RFC 8693 section 4): items 59 to 70, as far as subject
/// tokens of a trusted issuer carry them; with actor tokens they are in the tests of delegation. 68 is in
/// <see cref="IntrospectionTests"/>.
/// </summary>
[Collection<ShopCollection>]
public sealed class ConformanceActorTests(Shop shop)
{
    [Fact]
    public async Task Conformance_59_60_and_64_Keeps_act_as_it_was_when_the_subject_token_carries_one()
    {
        var jwt = await shop.IssueAsync(subjectToken: TokenWith("act", Act("https://login.shop.example", "support-7", Act(null, "robot"))));

        var act = jwt.Claims.GetProperty("act");
        Assert.Equal(JsonValueKind.Object, act.ValueKind);
        Assert.Equal("support-7", act.GetProperty("sub").GetString());
        Assert.Equal("https://login.shop.example", act.GetProperty("iss").GetString());
        Assert.Equal("robot", act.GetProperty("act").GetProperty("sub").GetString());
        Assert.All(["exp", "nbf", "aud"], claim => Assert.False(act.TryGetProperty(claim, out _)));
    }

    [Fact]
    public async Task Conformance_64_Keeps_act_over_a_chain()
    {
        var atOrders = await shop.IssueAsync(subjectToken: TokenWith("act", Act(null, "support-7")));
        var atCatalog = await shop.IssueAsync("orders", atOrders.Token, "catalog");
        var atGeolocation = await shop.IssueAsync("orders", atOrders.Token, "geolocation");

        Assert.All([atCatalog, atGeolocation], jwt => Assert.Equal("support-7", jwt.Claims.GetProperty("act").GetProperty("sub").GetString()));
    }

    [Theory]
    [InlineData("\"support-7\"")]
    [InlineData("[{\"sub\":\"support-7\"}]")]
    [InlineData("null")]
    [InlineData("{\"sub\":7}")]
    public async Task Conformance_59_Refuses_act_that_is_not_an_object_naming_a_party(string act) =>
        await Refuses(TokenWith("act", JsonNode.Parse(act)));

    [Fact]
    public async Task Conformance_60_Issues_no_exp_nbf_or_aud_inside_act()
    {
        var act = Act(null, "support-7");
        act["exp"] = 1;
        act["aud"] = "https://orders.shop.example";
        var answer = await shop.ExchangeAsync(subjectToken: TokenWith("act", act));

        // RFC 8693 section 4.1: claims other than identity have no meaning there. Refused or dropped, never handed on.
        if (answer.IsIssued)
        {
            Assert.All(["exp", "aud"], claim => Assert.False(answer.Issued!.Claims.GetProperty("act").TryGetProperty(claim, out _)));
        }
        else
        {
            answer.AssertRefused(ErrorCodes.InvalidRequest);
        }
    }

    [Fact]
    public async Task Conformance_62_Refuses_what_only_a_prior_actor_could_do()
    {
        // orders may call geolocation; that it once acted gives web nothing.
        var acted = TokenWith("act", Act(null, "mobile", Act(null, "orders")));
        var condition = TokenWith("act", new JsonObject { ["sub"] = "support-7", ["acr"] = "gold", ["azp"] = "web" });

        (await shop.ExchangeAsync(subjectToken: acted, audience: "geolocation")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.ExchangeAsync(subjectToken: condition, audience: "vault")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_65_Refuses_a_client_that_may_act_does_not_name()
    {
        await Refuses(TokenWith("may_act", Act(null, "mobile")));
        await Refuses(TokenWith("may_act", new JsonObject { ["client_id"] = "mobile" }));
    }

    [Fact]
    public async Task Conformance_65_Compares_every_member_of_may_act()
    {
        await Refuses(TokenWith("may_act", Act("https://sts.other.example", "web")));
        await Refuses(TokenWith("may_act", new JsonObject { ["sub"] = "web", ["client_id"] = "mobile" }));
        await Refuses(TokenWith("may_act", new JsonObject { ["sub"] = "web", ["email"] = "web@shop.example" }));
        await Refuses(TokenWith("may_act", new JsonObject { ["iss"] = shop.Issuer }));
        await Refuses(TokenWith("may_act", new JsonObject()));
    }

    [Fact]
    public async Task Conformance_66_Accepts_the_client_that_may_act_names_when_there_is_no_actor_token()
    {
        await shop.IssueAsync(subjectToken: TokenWith("may_act", Act(null, "web")));
        await shop.IssueAsync(subjectToken: TokenWith("may_act", Act(shop.Issuer, "web")));
        await shop.IssueAsync(subjectToken: TokenWith("may_act", new JsonObject { ["client_id"] = "web" }));
    }

    [Fact]
    public async Task Conformance_67_Copies_no_may_act()
    {
        var jwt = await shop.IssueAsync(subjectToken: TokenWith("may_act", Act(null, "web")));

        Assert.False(jwt.Has("may_act"));
    }

    [Fact]
    public async Task Conformance_69_Refuses_act_beyond_the_depth_limit()
    {
        const int Limit = 8;

        (await shop.ExchangeAsync(subjectToken: TokenWith("act", Nested(Limit)))).AssertIssued();
        await Refuses(TokenWith("act", Nested(Limit + 1)));
    }

    [Fact]
    public async Task Conformance_70_Names_the_requesting_client_and_writes_scope_as_one_string()
    {
        var jwt = await shop.IssueAsync("mobile");

        Assert.Equal("mobile", jwt.Text("client_id"));
        Assert.Equal("browse orders.place", jwt.Text("scope"));
    }

    private static JsonObject Act(string? issuer, string subject, JsonObject? earlier = null)
    {
        var act = new JsonObject { ["sub"] = subject };
        if (issuer is not null)
        {
            act["iss"] = issuer;
        }

        if (earlier is not null)
        {
            act["act"] = earlier;
        }

        return act;
    }

    private static JsonObject Nested(int depth) => depth == 1 ? Act(null, "actor-1") : Act(null, $"actor-{depth}", Nested(depth - 1));

    private string TokenWith(string claim, JsonNode? value) => shop.Parties.SubjectToken(claims: claims => claims[claim] = value);

    private async Task Refuses(string token) =>
        (await shop.ExchangeAsync(subjectToken: token)).AssertRefused(ErrorCodes.InvalidRequest);
}
