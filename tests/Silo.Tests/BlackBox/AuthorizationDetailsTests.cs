using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>RFC 9396: a subject token's authorization details narrow on every hop, by request and by rule.</summary>
[Collection<GrantShopCollection>]
public sealed class AuthorizationDetailsTests(GrantShop shop)
{
    private const string Held = """
        [{"type":"payment","actions":["initiate","status","cancel"],"identifier":"order-1"},{"type":"account","actions":["read"]}]
        """;

    private const string Passed = """[{"type":"payment","actions":["initiate","status"],"identifier":"order-1"}]""";

    private const string StatusOnly = """[{"type":"payment","actions":["status"],"identifier":"order-1"}]""";

    [Fact]
    public async Task Accepts_a_subject_token_with_details_and_passes_on_what_the_rule_lets_pass()
    {
        var answer = await ExchangeAsync(requested: null);

        Assert.Equal(Passed, DetailsOf(answer.AssertIssued().Claims));
        Assert.Equal(Passed, DetailsOf(answer.Json));
    }

    [Fact]
    public async Task Grants_less_where_less_is_asked_for_and_never_more_on_the_next_hop()
    {
        var narrow = (await ExchangeAsync(StatusOnly)).AssertIssued();
        Assert.Equal(StatusOnly, DetailsOf(narrow.Claims));

        Assert.Equal(StatusOnly, DetailsOf((await OnwardsAsync(narrow, requested: null)).AssertIssued().Claims));
        (await OnwardsAsync(narrow, Passed)).AssertRefused(ErrorCodes.InvalidAuthorizationDetails);
    }

    [Fact]
    public async Task Every_answer_is_its_own_though_the_requests_differ_in_details_only()
    {
        var token = SubjectToken();

        Assert.Equal(Passed, DetailsOf((await ExchangeAsync(requested: null, token)).Json));
        Assert.Equal(StatusOnly, DetailsOf((await ExchangeAsync(StatusOnly, token)).Json));
        Assert.Equal(Passed, DetailsOf((await ExchangeAsync(Passed, token)).Json));
        Assert.False((await shop.ExchangeAsync("web", token, "orders")).AssertIssued().Has(AuthorizationDetails.Name));
    }

    [Theory]
    [InlineData("""[{"type":"payment","actions":["cancel"],"identifier":"order-1"}]""")]
    [InlineData("""[{"type":"payment","actions":["status"],"identifier":"order-2"}]""")]
    [InlineData("""[{"type":"payment","actions":["status"]}]""")]
    [InlineData("""[{"type":"account","actions":["read"]}]""")]
    [InlineData("""[{"type":"unknown"}]""")]
    [InlineData("""{"type":"payment"}""")]
    [InlineData("""[{"type":"payment","type":"account"}]""")]
    [InlineData("[{]")]
    public async Task Refuses_details_that_exceed_or_are_no_details(string requested) =>
        (await ExchangeAsync(requested)).AssertRefused(ErrorCodes.InvalidAuthorizationDetails);

    [Fact]
    public async Task Refuses_the_parameter_twice()
    {
        var form = Form(SubjectToken(), Passed);
        form.Add(AuthorizationDetails.Name, Passed);

        (await shop.SendAsync("web", form, "bank")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Refuses_a_subject_token_whose_details_are_malformed() =>
        (await ExchangeAsync(null, shop.Parties.SubjectToken(claims: claims => claims[AuthorizationDetails.Name] = "payment")))
            .AssertRefused(ErrorCodes.InvalidRequest);

    [Fact]
    public async Task A_refresh_token_gives_what_was_granted_at_first_or_less()
    {
        var form = Form(SubjectToken(), StatusOnly);
        form.Add(ParameterNames.RequestedTokenType, TokenTypeIdentifiers.RefreshToken);
        var first = (await shop.SendAsync("web", form, "bank")).AssertOpaque();

        var answer = await RefreshAsync(first, requested: null);
        Assert.Equal(StatusOnly, DetailsOf(answer.AssertIssued().Claims));
        (await RefreshAsync(answer.Text(ParameterNames.RefreshToken)!, Passed)).AssertRefused(ErrorCodes.InvalidAuthorizationDetails);
    }

    [Fact]
    public async Task A_client_asks_for_its_own_token_with_details()
    {
        var form = TokenForm.Of(GrantTypes.ClientCredentials);
        form.Add(AuthorizationDetails.Name, StatusOnly);

        Assert.Equal(StatusOnly, DetailsOf((await shop.SendAsync("web", form, "bank")).AssertIssued().Claims));
    }

    private Task<TokenAnswer> ExchangeAsync(string? requested, string? token = null) =>
        shop.SendAsync("web", Form(token ?? SubjectToken(), requested), "bank");

    private Task<TokenAnswer> RefreshAsync(string refreshToken, string? requested)
    {
        var form = TokenForm.Of(GrantTypes.RefreshToken);
        form.Add(ParameterNames.RefreshToken, refreshToken);
        if (requested is not null)
        {
            form.Add(AuthorizationDetails.Name, requested);
        }

        return shop.SendAsync("web", form);
    }

    private Task<TokenAnswer> OnwardsAsync(IssuedJwt token, string? requested) =>
        shop.SendAsync("bank", Form(token.Token, requested), "ledger");

    private string SubjectToken() => shop.Parties.SubjectToken(claims: claims => claims[AuthorizationDetails.Name] = JsonNode.Parse(Held));

    private static TokenForm Form(string token, string? requested)
    {
        var form = TokenForm.Exchange(token);
        if (requested is not null)
        {
            form.Add(AuthorizationDetails.Name, requested);
        }

        return form;
    }

    private static string DetailsOf(JsonElement json) => json.GetProperty(AuthorizationDetails.Name).GetRawText();
}
