using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>How the user logged in: step-up (RFC 9470), and ID tokens as subject tokens.</summary>
[Collection<DelegationShopCollection>]
public sealed class UserAuthenticationTests(DelegationShop shop)
{
    [Theory]
    [InlineData("gold", 0)]
    [InlineData("silver", 200)]
    public async Task Accepts_a_strong_and_recent_authentication(string acr, int ageSeconds) =>
        (await shop.ExchangeAsync("web", Authenticated(acr, ageSeconds), null, "bank")).AssertIssued();

    [Theory]
    [InlineData("bronze", 0)]
    [InlineData("gold", 400)]
    [InlineData("gold", -600)]
    [InlineData(null, 0)]
    [InlineData("gold", null)]
    public async Task Fault_Z6_Asks_to_step_up_where_only_the_authentication_is_too_weak(string? acr, int? ageSeconds)
    {
        var answer = await shop.ExchangeAsync("web", Authenticated(acr, ageSeconds), null, "bank");

        answer.AssertRefused(ErrorCodes.InsufficientUserAuthentication);
        Assert.Equal("gold silver", answer.Text("acr_values"));
        Assert.Equal(300, answer.Json.GetProperty("max_age").GetInt32());
    }

    [Fact]
    public async Task Refuses_a_token_without_rights_before_it_asks_to_step_up() =>
        (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(forClient: "orders"), null, "bank")).AssertRefused(ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Issues_nothing_that_outlives_the_freshness_it_rests_on()
    {
        var jwt = (await shop.ExchangeAsync("web", Authenticated("gold", 280), null, "bank")).AssertIssued();

        Assert.True(jwt.ExpiresAt <= ShopParties.Now.AddSeconds(21));
    }

    [Fact]
    public async Task Matrix_in_id_token_Accepts_one_of_a_trusted_issuer_where_the_rule_says_so() =>
        (await ExchangeIdTokenAsync(IdToken(), "profile")).AssertIssued();

    [Fact]
    public async Task Conformance_33_Accepts_an_id_token_only_where_the_rule_says_so()
    {
        var jwt = (await ExchangeIdTokenAsync(IdToken(), "profile")).AssertIssued();

        Assert.Equal("alice", jwt.Subject);
        Assert.Equal(["browse"], jwt.Scopes);
        TokenRefusals.IsCommonRefusal(await ExchangeIdTokenAsync(IdToken(), "plain"));
        TokenRefusals.IsCommonRefusal(await shop.ExchangeAsync("web", shop.Alice(), null, "profile"));
    }

    [Fact]
    public async Task Conformance_33_Fault_T24_Refuses_what_is_not_the_declared_type()
    {
        TokenRefusals.IsCommonRefusal(await ExchangeIdTokenAsync(shop.Alice(), "profile"));
        TokenRefusals.IsCommonRefusal(await ExchangeIdTokenAsync(shop.Parties.SubjectToken(typ: "JWT"), "profile"));
        TokenRefusals.IsCommonRefusal(await ExchangeIdTokenAsync(IdToken(typ: "at+jwt"), "profile"));
        TokenRefusals.IsCommonRefusal(await ExchangeIdTokenAsync(IdToken(typ: "logout+jwt"), "profile"));
        TokenRefusals.IsCommonRefusal(await ExchangeIdTokenAsync(IdToken(client: "mobile"), "profile"));
        TokenRefusals.IsCommonRefusal(await shop.ExchangeAsync("web", IdToken(), null, "profile"));
        var ours = (await shop.ExchangeAsync("web", shop.Alice(), null, "orders")).AssertIssued();
        TokenRefusals.IsCommonRefusal(await ExchangeIdTokenAsync(ours.Token, "profile"));
    }

    private Task<TokenAnswer> ExchangeIdTokenAsync(string token, string audience) =>
        shop.ExchangeAsync("web", token, null, audience, form => form[ParameterNames.SubjectTokenType] = TokenTypeIdentifiers.IdToken);

    private string IdToken(string? typ = "JWT", string client = "web") => shop.Parties.SubjectToken(typ: typ, scope: null, claims: claims =>
    {
        claims["aud"] = client;
        claims["nonce"] = "n-1";
    });

    private string Authenticated(string? acr, int? ageSeconds) => shop.Alice(claims =>
    {
        if (acr is not null)
        {
            claims["acr"] = acr;
        }

        if (ageSeconds is { } age)
        {
            claims["auth_time"] = JsonValue.Create(ShopParties.Now.AddSeconds(-age).ToUnixTimeSeconds());
        }
    });
}
