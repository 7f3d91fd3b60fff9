using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Actor tokens (RFC 8693 sections 2.1 and 4): items 35 and 59 to 70, and what of group Z concerns actors.</summary>
[Collection<DelegationShopCollection>]
public sealed class DelegationTests(DelegationShop shop)
{
    private const string CommonBody = """{"error":"invalid_request","error_description":"The actor token is not acceptable."}""";

    [Fact]
    public async Task Conformance_59_60_61_Nests_each_new_actor_around_the_earlier_ones()
    {
        var atOrders = (await shop.ExchangeAsync("web", shop.Alice(), await shop.OwnTokenAsync("web", "orders"), "orders")).AssertIssued();
        var atCatalog = (await shop.ExchangeAsync("orders", atOrders.Token, await shop.OwnTokenAsync("orders", "catalog"), "catalog")).AssertIssued();
        var atStock = (await shop.ExchangeAsync("catalog", atCatalog.Token, await shop.OwnTokenAsync("catalog", "stock"), "stock")).AssertIssued();

        Assert.Equal("""{"sub":"web"}""", ActOf(atOrders));
        Assert.Equal("""{"sub":"orders","act":{"sub":"web"}}""", ActOf(atCatalog));
        Assert.Equal("""{"sub":"catalog","act":{"sub":"orders","act":{"sub":"web"}}}""", ActOf(atStock));
        Assert.Equal("alice", atStock.Subject);
        Assert.Equal("catalog", atStock.Text("client_id"));
    }

    [Fact]
    public async Task Conformance_60_Names_a_foreign_actor_by_iss_and_sub_alone()
    {
        var jwt = (await shop.ExchangeAsync("web", shop.Alice(), shop.Support(), "desk")).AssertIssued();

        Assert.Equal($$"""{"iss":"{{shop.Parties.Partner.Issuer}}","sub":"support-7"}""", ActOf(jwt));
        Assert.Equal("alice", jwt.Subject);
        Assert.Equal("browse", jwt.Text("scope"));
    }

    [Fact]
    public async Task Refuses_to_issue_a_token_longer_than_it_accepts()
    {
        // Nobody could introspect, exchange or revoke it.
        var (subject, actor) = (shop.Alice(WithSession), shop.Support(claims: WithSession));

        (await shop.ExchangeAsync("web", subject, null, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("web", subject, actor, "desk")).AssertRefused(ErrorCodes.InvalidRequest);

        static void WithSession(JsonObject claims) => claims["sid"] = new string('s', 9000);
    }

    [Fact]
    public async Task Issues_another_token_for_impersonation_than_for_delegation()
    {
        var subject = shop.Alice();
        var impersonated = (await shop.ExchangeAsync("web", subject, null, "orders")).AssertIssued();
        var delegated = (await shop.ExchangeAsync("web", subject, await shop.OwnTokenAsync("web", "orders"), "orders")).AssertIssued();

        Assert.False(impersonated.Has("act"));
        Assert.Equal(["browse", "orders.place"], impersonated.Scopes);
        Assert.Equal("""{"sub":"web"}""", ActOf(delegated));
        Assert.Equal(["browse"], delegated.Scopes);
    }

    [Fact]
    public async Task Conformance_35_Checks_an_actor_token_as_strictly_as_a_subject_token()
    {
        var good = shop.Support();
        var bad = new Dictionary<string, string>
        {
            ["28"] = TestJws.WithSignature(good, TestJws.Part(shop.Support("support-8"), 2)),
            ["29"] = shop.Parties.SubjectToken(shop.Parties.Partner, subject: "support-7", issuedAt: ShopParties.Now.AddMinutes(-10)),
            ["30"] = shop.Support(claims: claims => claims["nbf"] = ShopParties.Now.AddMinutes(2).ToUnixTimeSeconds()),
            ["31"] = shop.Parties.SubjectToken(shop.Parties.Stranger, subject: "support-7"),
            ["32 none"] = shop.Parties.SubjectToken(shop.Parties.Partner, subject: "support-7", header: header => header["alg"] = "none"),
            ["32 typ"] = shop.Parties.SubjectToken(shop.Parties.Partner, subject: "support-7", typ: "JWT"),
            ["33"] = shop.Support(claims: claims => claims["nonce"] = "n"),
            ["audience"] = shop.Parties.SubjectToken(shop.Parties.Partner, forClient: "orders", subject: "support-7"),
            ["cnf"] = shop.Support(claims: claims => claims["cnf"] = new JsonObject { ["jkt"] = "x" }),
            ["junk"] = "e30.e30.e30",
        };
        foreach (var (what, token) in bad)
        {
            IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), token, "desk"), what);
        }

        (await shop.ExchangeAsync("web", shop.Alice(), good, "desk")).AssertIssued();
        TokenRefusals.IsCommonRefusal(await shop.ExchangeAsync("web", bad["28"], good, "desk"));
    }

    [Fact]
    public async Task Fault_Z11_Refuses_an_actor_that_has_nothing_to_do_with_the_subject()
    {
        IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), shop.Support(), "open"));
        IsCommonRefusal(await shop.ExchangeAsync("web", MayAct("""{"sub":"carol"}"""), shop.Support(), "open"));
        IsCommonRefusal(await shop.ExchangeAsync("web", MayAct("""{"sub":"carol"}"""), shop.Support(), "desk"));
        (await shop.ExchangeAsync("web", MayAct($$"""{"sub":"support-7","iss":"{{shop.Parties.Partner.Issuer}}"}"""), shop.Support(), "open")).AssertIssued();
        (await shop.ExchangeAsync("web", shop.Alice(), await shop.OwnTokenAsync("web", "orders"), "open")).AssertIssued();
    }

    [Fact]
    public async Task Fault_Z12_Takes_the_same_sub_of_another_issuer_for_somebody_else()
    {
        var sameName = shop.Parties.SubjectToken(subject: "support-7", claims: claims => claims["role"] = "support");

        IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), sameName, "desk"));
        IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), shop.Support("alice"), "open"));
        IsCommonRefusal(await shop.ExchangeAsync("web", MayAct("""{"sub":"support-7"}"""), shop.Support(), "open"));
    }

    [Theory]
    [InlineData("""{"sub":"web"}""", true)]
    [InlineData("""{"sub":"web","client_id":"web"}""", true)]
    [InlineData("""{"sub":"web","iss":"https://elsewhere.example"}""", false)]
    [InlineData("""{"sub":"web","client_id":"mobile"}""", false)]
    [InlineData("""{"sub":"web","email":"web@shop.example"}""", false)]
    [InlineData("""{"sub":"orders"}""", false)]
    public async Task Conformance_65_Fault_Z13_Compares_every_member_of_may_act_with_the_actor(string mayAct, bool accepts)
    {
        var answer = await shop.ExchangeAsync("web", MayAct(mayAct), await shop.OwnTokenAsync("web", "orders"), "open");

        Assert.Equal(accepts, answer.IsIssued);
    }

    [Fact]
    public async Task Conformance_67_Hands_may_act_on_only_where_the_rule_says_so()
    {
        var subject = MayAct("""{"sub":"web"}""");

        var passed = (await shop.ExchangeAsync("web", subject, null, "open")).AssertIssued();
        Assert.Equal("""{"sub":"web"}""", passed.Claims.GetProperty("may_act").GetRawText());
        Assert.False((await shop.ExchangeAsync("web", subject, null, "plain")).AssertIssued().Has("may_act"));
    }

    [Theory]
    [InlineData("support-8", "support")]
    [InlineData("support-7", "sales")]
    public async Task Refuses_an_actor_that_the_rule_does_not_name(string subject, string role) =>
        IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), shop.Support(subject, role), "desk"));

    [Fact]
    public async Task Refuses_an_actor_where_the_rule_is_silent() =>
        IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), await shop.OwnTokenAsync("web", "orders"), "plain"));

    [Fact]
    public async Task Fault_Z15_Refuses_to_go_without_an_actor_where_the_rule_requires_one() =>
        TokenRefusals.IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), null, "desk"));

    [Fact]
    public async Task Refuses_an_actor_token_of_another_service()
    {
        var ofOrders = await shop.OwnTokenAsync("orders", "catalog");

        IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), ofOrders, "open"));
    }

    [Fact]
    public async Task Conformance_62_Never_lets_a_prior_actor_decide()
    {
        var acted = (await shop.ExchangeAsync("web", shop.Alice(claims => claims["act"] = new JsonObject { ["sub"] = "catalog" }), null, "orders")).AssertIssued();

        // stock accepts orders only when catalog acts; that catalog acted before gives orders nothing.
        Assert.Equal("""{"sub":"catalog"}""", ActOf(acted));
        TokenRefusals.IsCommonRefusal(await shop.ExchangeAsync("orders", acted.Token, null, "stock"));
        IsCommonRefusal(await shop.ExchangeAsync("orders", acted.Token, await shop.OwnTokenAsync("orders", "catalog"), "stock"));
    }

    [Fact]
    public async Task Conformance_64_Keeps_act_when_nobody_new_acts()
    {
        var delegated = (await shop.ExchangeAsync("web", shop.Alice(), await shop.OwnTokenAsync("web", "orders"), "orders")).AssertIssued();
        var onwards = (await shop.ExchangeAsync("orders", delegated.Token, null, "plain")).AssertIssued();

        Assert.Equal("""{"sub":"web"}""", ActOf(onwards));
    }

    [Fact]
    public async Task Conformance_69_Refuses_one_actor_too_many()
    {
        JsonObject Nested(int depth) => depth == 1
            ? new JsonObject { ["sub"] = "a1" }
            : new JsonObject { ["sub"] = $"a{depth}", ["act"] = Nested(depth - 1) };
        var own = await shop.OwnTokenAsync("web", "orders");

        (await shop.ExchangeAsync("web", shop.Alice(claims => claims["act"] = Nested(2)), own, "open")).AssertIssued();
        (await shop.ExchangeAsync("web", shop.Alice(claims => claims["act"] = Nested(3)), null, "open")).AssertIssued();
        (await shop.ExchangeAsync("web", shop.Alice(claims => claims["act"] = Nested(3)), own, "open")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_51_Outlives_neither_subject_nor_actor()
    {
        var short7 = shop.Parties.SubjectToken(
            shop.Parties.Partner, subject: "support-7", lifetime: TimeSpan.FromSeconds(20), claims: claims => claims["role"] = "support");
        var jwt = (await shop.ExchangeAsync("web", shop.Alice(), short7, "desk")).AssertIssued();

        Assert.True(jwt.ExpiresAt <= ShopParties.Now.AddSeconds(21));
    }

    [Fact]
    public async Task Fault_Z16_Keeps_the_answers_of_different_actors_apart()
    {
        var subject = shop.Alice();
        var actors = new[] { null, shop.Parties.SubjectToken(subject: "alice"), await shop.OwnTokenAsync("web", "orders") };
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async index =>
            (index, jwt: (await shop.ExchangeAsync("web", subject, actors[index % 3], "open")).AssertIssued())));

        Assert.All(answers, answer => Assert.Equal(
            (answer.index % 3) switch
            {
                0 => null,
                1 => $$"""{"iss":"{{shop.Parties.Login.Issuer}}","sub":"alice"}""",
                _ => """{"sub":"web"}""",
            },
            answer.jwt.Has("act") ? ActOf(answer.jwt) : null));
    }

    [Fact]
    public async Task Fault_Z14_Ignores_an_act_parameter() =>
        Assert.False((await shop.ExchangeAsync("web", shop.Alice(), null, "plain", form => form.Add("act", """{"sub":"web"}""")))
            .AssertIssued().Has("act"));

    private static string ActOf(IssuedJwt jwt)
    {
        var act = jwt.Claims.GetProperty("act");
        Assert.Equal(JsonValueKind.Object, act.ValueKind);
        return act.GetRawText();
    }

    private static void IsCommonRefusal(TokenAnswer answer, string what = "")
    {
        Assert.True(answer.Body == CommonBody, $"{what}: {answer.Body}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    private string MayAct(string json) => shop.Alice(claims => claims["may_act"] = JsonNode.Parse(json));
}
