using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>What an operator hears of a decision, past or possible, and who hears nothing.</summary>
[Collection<RevocationShopCollection>]
public sealed class ExplainTests(RevocationShop shop)
{
    private const string Path = "/admin/explain";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explains_a_refusal_by_the_id_that_the_caller_got()
    {
        var login = shop.Login("explained");
        var refused = await shop.ExchangeAsync("web", login, "stock");
        var id = Assert.Single(refused.Headers.GetValues("X-Request-Id"));

        var explained = await ExplainAsync(new JsonObject { ["request"] = id });

        Assert.Equal("target_not_allowed", explained.GetProperty("reason").GetString());
        Assert.Equal("invalid_target", explained.GetProperty("error").GetString());
        Assert.Equal("catalog", explained.GetProperty("targets")[0].GetProperty("other_callers")[0].GetString());
        Assert.Equal(id, explained.GetProperty("recorded").GetProperty("request").GetString());
        Assert.DoesNotContain("explained", explained.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(login, explained.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explains_an_issued_token_by_its_handle_in_the_audit()
    {
        var answer = await shop.ExchangeAsync("web", shop.Login("handled"), "orders");
        var audited = (await ReadAuditAsync(new JsonObject { ["subject"] = shop.Subject("handled") }))[0];

        var explained = await ExplainAsync(new JsonObject { ["request"] = audited.GetProperty("token").GetString() });

        Assert.Equal("granted", explained.GetProperty("outcome").GetString());
        Assert.Equal(answer.Scope, explained.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Explains_presented_tokens_with_every_ceiling_and_mints_nothing()
    {
        var atOrders = await shop.IssueAsync("web", shop.Login("presented"), "orders");
        var body = new JsonObject { ["client"] = "orders", ["target"] = "catalog", ["subject_token"] = atOrders.Token };

        var explained = await ExplainAsync(body);

        Assert.Equal("granted", explained.GetProperty("outcome").GetString());
        Assert.Equal("browse", explained.GetProperty("scope").GetString());
        Assert.Equal(["policy", "subject_token"], explained.GetProperty("expiry").EnumerateArray().Select(ceiling => ceiling.GetProperty("source").GetString()));
        Assert.Equal(0, explained.GetProperty("remembered").GetArrayLength());
        Assert.DoesNotContain("eyJ", explained.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("presented", explained.GetRawText().Replace("presented_", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await shop.IssueAsync("orders", atOrders.Token, "catalog");
        Assert.Equal(1, (await ExplainAsync(body.DeepClone())).GetProperty("remembered").GetArrayLength());
    }

    [Theory]
    [InlineData("junk", "subject_token_malformed")]
    [InlineData(null, "client_not_entitled_to_subject_token")]
    public async Task Refuses_a_token_as_the_token_endpoint_would(string? token, string reason)
    {
        token ??= shop.Login("somebody");

        var explained = await ExplainAsync(new JsonObject { ["client"] = "orders", ["target"] = "catalog", ["subject_token"] = token });

        Assert.Equal("refused", explained.GetProperty("outcome").GetString());
        Assert.Equal(reason, explained.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Says_that_an_edge_is_blocked()
    {
        var receipt = await shop.AdminRevokeAsync(new JsonObject { ["edge"] = new JsonObject { ["from"] = "mobile", ["to"] = "orders" }, ["block"] = true });
        var explained = await ExplainAsync(JsonNode.Parse("""{"client":"mobile","target":"orders","subject":{"claims":{"scope":"browse"}}}""")!.WithIssuer(shop));
        await shop.LiftAsync(receipt.GetProperty("ids")[0].GetString()!);

        Assert.Equal("The edge is blocked.", explained.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("""{"client":"web"}""", "target is missing.")]
    [InlineData("""{"client":"web","target":"orders","subject_token":"x","subject":{}}""", "subject_token stands beside subject, expected one of them.")]
    [InlineData("""{"client":"web","target":"orders","secret":1}""", "secret is not a member known here.")]
    public async Task Refuses_a_question_that_is_none_and_names_the_member(string body, string mistake)
    {
        using var response = await shop.AdminAsync(HttpMethod.Post, Path, JsonNode.Parse(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var json = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(mistake, json.GetProperty(ParameterNames.ErrorDescription).GetString());
    }

    [Fact]
    public async Task Refuses_strangers_and_those_without_the_scope_everywhere()
    {
        (HttpMethod, string)[] routes =
        [
            (HttpMethod.Post, Path), (HttpMethod.Post, "/admin/audit"), (HttpMethod.Get, "/admin/silos"), (HttpMethod.Get, "/admin/keys"),
            (HttpMethod.Get, "/admin/state"), (HttpMethod.Put, "/admin/policy"), (HttpMethod.Put, "/admin/policy/candidate"),
            (HttpMethod.Get, "/admin/policy/candidate"), (HttpMethod.Delete, "/admin/policy/candidate"), (HttpMethod.Post, "/admin/policy/replay"),
            (HttpMethod.Get, "/admin/decisions"), (HttpMethod.Get, "/admin/checks"),
        ];
        var look = await shop.AdminTokenAsync("exchange.look");
        foreach (var (method, path) in routes)
        {
            var body = method == HttpMethod.Post || method == HttpMethod.Put ? new JsonObject { ["wrong"] = 1 } : null;
            using var stranger = await shop.AdminAsync(method, path, body, withToken: false);
            using var looking = await shop.AdminAsync(method, path, body?.DeepClone(), look);

            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, stranger.StatusCode));
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, looking.StatusCode));
        }
    }

    private async Task<JsonElement> ExplainAsync(JsonNode body) => await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Post, Path, body));

    private async Task<JsonElement[]> ReadAuditAsync(JsonNode body) =>
        [.. (await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Post, "/admin/audit", body))).GetProperty("entries").EnumerateArray()];
}

file static class Questions
{
    public static JsonNode WithIssuer(this JsonNode question, RevocationShop shop)
    {
        question["subject"]!["claims"]!["iss"] = shop.Parties.Login.Issuer;
        return question;
    }
}
