using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Batch exchange (docs/batch-exchange.md): one subject token, a token for each target alone, a result for each.</summary>
[Collection<GrantShopCollection>]
public sealed class BatchExchangeTests(GrantShop shop)
{
    [Fact]
    public async Task Accepts_several_targets_and_issues_a_token_for_each_alone()
    {
        var results = await ResultsAsync("""
            [{"audience":"orders","scope":"browse"},{"resource":"https://catalog.shop.example"},{"audience":"vault"},{"audience":"orders","requested_token_type":"urn:ietf:params:oauth:token-type:jwt"}]
            """);

        Assert.Equal(4, results.Length);
        Assert.Equal(["https://orders.shop.example"], Jwt(results[0]).Audiences);
        Assert.Equal("browse", Text(results[0], ParameterNames.Scope));
        Assert.Equal(["https://catalog.shop.example"], Jwt(results[1]).Audiences);
        Assert.StartsWith("xct_", Text(results[2], ParameterNames.AccessToken), StringComparison.Ordinal);
        Assert.Equal(["browse", "orders.place"], Jwt(results[3]).Scopes);
        Assert.Equal(TokenTypeIdentifiers.Jwt, Text(results[3], ParameterNames.IssuedTokenType));
        Assert.All(results, result => Assert.True(result.GetProperty(ParameterNames.ExpiresIn).GetInt64() > 0));
    }

    [Fact]
    public async Task Refuses_each_item_by_itself()
    {
        var results = await ResultsAsync("""
            [{"audience":"nowhere"},{"audience":"orders"},{"audience":"reports"},{"audience":"orders","scope":"admin"},{"audience":"partner-as","requested_token_type":"urn:ietf:params:oauth:token-type:access_token"}]
            """);

        Assert.Equal(
            [ErrorCodes.InvalidTarget, null, ErrorCodes.InvalidTarget, ErrorCodes.InvalidScope, ErrorCodes.InvalidRequest],
            results.Select(result => Text(result, ParameterNames.Error)));
        Assert.NotNull(Text(results[0], ParameterNames.ErrorDescription));
    }

    [Fact]
    public async Task Each_item_has_authorization_details_of_its_own()
    {
        const string status = """[{"type":"payment","actions":["status"]}]""";
        const string both = """[{"type":"payment","actions":["initiate","status"]}]""";
        var token = shop.Parties.SubjectToken(claims: claims => claims[AuthorizationDetails.Name] = JsonNode.Parse(both));

        var results = await ResultsAsync(
            $$"""[{"audience":"bank","authorization_details":{{status}}},{"audience":"bank"},{"audience":"bank","authorization_details":[{"type":"account"}]}]""",
            token);

        Assert.Equal(status, results[0].GetProperty(AuthorizationDetails.Name).GetRawText());
        Assert.Equal(both, Jwt(results[1]).Claims.GetProperty(AuthorizationDetails.Name).GetRawText());
        Assert.Equal(ErrorCodes.InvalidAuthorizationDetails, Text(results[2], ParameterNames.Error));
    }

    [Fact]
    public async Task Issues_what_single_exchanges_would_issue()
    {
        var token = shop.Parties.SubjectToken();
        var single = (await shop.ExchangeAsync("web", token, "orders")).AssertIssued();

        Assert.Equal(single.Token, Text((await ResultsAsync("""[{"audience":"orders"}]""", token))[0], ParameterNames.AccessToken));
    }

    [Fact]
    public async Task Refuses_all_of_it_for_a_bad_subject_token_or_client()
    {
        await RefusedAsync(ErrorCodes.InvalidRequest, """[{"audience":"orders"}]""", subjectToken: "junk");
        await RefusedAsync(ErrorCodes.InvalidClient, """[{"audience":"orders"}]""", secret: "not-the-secret-of-web-0123456789");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"audience":1}]""")]
    [InlineData("""[{"audience":["orders"]}]""")]
    [InlineData("""[{"audience":"orders","resource":"https://orders.shop.example"}]""")]
    [InlineData("""[{"audience":"orders","audience":"catalog"}]""")]
    [InlineData("""[{"audience":"orders"}] x""")]
    [InlineData("""[{"audience":"\ud800"}]""")]
    [InlineData("""[{"audience":"orders","authorization_details":"[]"}]""")]
    [InlineData("[[[[[[[[[[[[]]]]]]]]]]]]")]
    public async Task Refuses_a_malformed_batch(string requests) => await RefusedAsync(ErrorCodes.InvalidRequest, requests);

    [Fact]
    public async Task Refuses_more_items_than_sixteen()
    {
        static string Items(int count) => $"[{string.Join(',', Enumerable.Repeat("""{"audience":"orders"}""", count))}]";

        Assert.Equal(16, (await ResultsAsync(Items(16))).Length);
        await RefusedAsync(ErrorCodes.InvalidRequest, Items(17));
    }

    [Theory]
    [InlineData(ParameterNames.Audience, "orders")]
    [InlineData(ParameterNames.Resource, "https://orders.shop.example")]
    [InlineData(ParameterNames.Scope, "browse")]
    [InlineData(AuthorizationDetails.Name, """[{"type":"payment"}]""")]
    [InlineData(ParameterNames.RequestedTokenType, TokenTypeIdentifiers.Jwt)]
    public async Task Refuses_beside_the_items_what_belongs_into_them(string name, string value)
    {
        var form = Form("""[{"audience":"orders"}]""");
        form.Add(name, value);

        (await shop.Client.SendAsync(form)).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Refuses_one_malformed_scope_or_resource_for_all()
    {
        await RefusedAsync(ErrorCodes.InvalidScope, """[{"audience":"orders"},{"audience":"orders","scope":"\""}]""");
        await RefusedAsync(ErrorCodes.InvalidTarget, """[{"resource":"orders"}]""");
    }

    private static IssuedJwt Jwt(JsonElement result) => new(Text(result, ParameterNames.AccessToken)!);

    private static string? Text(JsonElement result, string member) =>
        result.TryGetProperty(member, out var value) ? value.GetString() : null;

    private TokenForm Form(string requests, string? subjectToken = null, string? secret = null)
    {
        var form = TokenForm.Exchange(subjectToken ?? shop.Parties.SubjectToken());
        form[ParameterNames.GrantType] = GrantTypes.BatchTokenExchange;
        form.Add(ParameterNames.Requests, requests);
        form.UseBasic("web", secret ?? ShopParties.SecretOf("web"));
        return form;
    }

    private async Task<JsonElement[]> ResultsAsync(string requests, string? subjectToken = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var response = await shop.Client.Http.SendAsync(Form(requests, subjectToken).ToRequest(), cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        Assert.Equal(["no-store"], response.Headers.GetValues("Cache-Control"));
        return [.. JsonElement.Parse(body).GetProperty(ParameterNames.Responses).EnumerateArray()];
    }

    private async Task RefusedAsync(string error, string requests, string? subjectToken = null, string? secret = null) =>
        (await shop.Client.SendAsync(Form(requests, subjectToken, secret))).AssertRefused(error);
}
