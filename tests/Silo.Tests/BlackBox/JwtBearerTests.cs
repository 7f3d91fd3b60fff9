using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>JWT authorization grants (RFC 7523 sections 2.1, 3 and 3.1): refused as <c>invalid_grant</c>.</summary>
[Collection<GrantShopCollection>]
public sealed class JwtBearerTests(GrantShop shop)
{
    private static DateTimeOffset Now => ShopParties.Now;

    [Theory]
    [InlineData("authorization-grant+jwt")]
    [InlineData("JWT")]
    [InlineData(null)]
    public async Task Accepts_a_grant_of_a_trusted_issuer(string? typ)
    {
        var answer = await shop.JwtBearerAsync("web", Grant(typ: typ));

        var jwt = answer.AssertIssued();
        Assert.Equal("partner:alice", jwt.Subject);
        Assert.Equal(["https://catalog.shop.example"], jwt.Audiences);
        Assert.Equal("browse", answer.Scope);
        Assert.Equal("web", jwt.Text("client_id"));

        // The rule's own lifetime, not the short life of the grant.
        Assert.InRange(answer.ExpiresIn, 295, 300);
    }

    [Fact]
    public async Task Never_outlives_the_grant_where_the_rule_names_no_lifetime() =>
        Assert.InRange((await shop.JwtBearerAsync("web", Grant(lifetime: TimeSpan.FromSeconds(60)), "diary")).ExpiresIn, 55, 60);

    [Fact]
    public async Task Refuses_a_grant_the_second_time()
    {
        var grant = Grant();
        (await shop.JwtBearerAsync("web", grant)).AssertIssued();

        (await shop.JwtBearerAsync("web", grant)).AssertRefused(ErrorCodes.InvalidGrant);
    }

    [Fact]
    public async Task Conformance_38_Accepts_a_grant_once_of_twenty_at_the_same_time()
    {
        var grant = Grant();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.JwtBearerAsync("web", grant)));

        Assert.Single(answers, answer => answer.IsIssued);
        Assert.All(answers.Where(answer => !answer.IsIssued), answer => answer.AssertRefused(ErrorCodes.InvalidGrant));
    }

    [Fact]
    public async Task Refuses_a_forged_grant_without_spending_its_id()
    {
        var grant = Grant();
        var forged = grant[..^8] + (grant[^8] == 'A' ? 'B' : 'A') + grant[^7..];

        (await shop.JwtBearerAsync("web", forged)).AssertRefused(ErrorCodes.InvalidGrant);
        (await shop.JwtBearerAsync("web", grant)).AssertIssued();
    }

    public static TheoryData<string, Action<JsonObject>> BadClaims => new()
    {
        { "audience of another", claims => claims["aud"] = "https://sts.other.example" },
        { "audience besides ours", claims => claims["aud"] = new JsonArray(claims["aud"]!.DeepClone(), "https://sts.other.example") },
        { "no audience", claims => claims.Remove("aud") },
        { "no id", claims => claims.Remove("jti") },
        { "long id", claims => claims["jti"] = new string('x', 257) },
        { "no subject", claims => claims.Remove("sub") },
        { "no expiry", claims => claims.Remove("exp") },
        { "expired", claims => claims["exp"] = Now.AddSeconds(-1).ToUnixTimeSeconds() },
        { "too long", claims => claims["exp"] = Now.AddMinutes(3).ToUnixTimeSeconds() },
        { "of the future", claims => claims["nbf"] = Now.AddMinutes(1).ToUnixTimeSeconds() },
        { "for another client", claims => claims["client_id"] = "orders" },
        { "an ID token", claims => claims["nonce"] = "n" },
        { "our lineage", claims => claims["lineage"] = "x" },
        { "of an unknown issuer", claims => claims["iss"] = "https://login.stranger.example" },
    };

    [Theory]
    [MemberData(nameof(BadClaims), DisableDiscoveryEnumeration = true)]
    public async Task Refuses_a_grant_with_bad_claims(string what, Action<JsonObject> edit)
    {
        Assert.NotEmpty(what);
        (await shop.JwtBearerAsync("web", Grant(edit))).AssertRefused(ErrorCodes.InvalidGrant);
    }

    [Fact]
    public async Task Refuses_an_access_token_as_a_grant() =>
        (await shop.JwtBearerAsync("web", Grant(typ: "at+jwt"))).AssertRefused(ErrorCodes.InvalidGrant);

    [Fact]
    public async Task Refuses_a_trusted_issuer_that_may_not_issue_grants()
    {
        var grant = shop.Parties.Login.Token(Now, audience: shop.Issuer, lifetime: TimeSpan.FromMinutes(1), typ: "authorization-grant+jwt");

        (await shop.JwtBearerAsync("web", grant)).AssertRefused(ErrorCodes.InvalidGrant);
    }

    [Fact]
    public async Task Refuses_a_token_of_our_own()
    {
        var own = (await shop.OwnTokenAsync("web", "orders")).AssertIssued().Token;

        (await shop.JwtBearerAsync("web", own)).AssertRefused(ErrorCodes.InvalidGrant);
    }

    [Fact]
    public async Task Refuses_a_target_whose_rules_are_for_exchange_only() =>
        (await shop.JwtBearerAsync("web", Grant(), "orders")).AssertRefused(ErrorCodes.InvalidTarget);

    [Fact]
    public async Task Refuses_scope_beyond_the_grant() =>
        (await shop.JwtBearerAsync("web", Grant(claims => claims["scope"] = "other"), scope: "browse")).AssertRefused(ErrorCodes.InvalidScope);

    [Fact]
    public async Task Refuses_a_request_without_assertion_as_invalid_request() =>
        (await shop.SendAsync("web", TokenForm.Of(GrantTypes.JwtBearer), "catalog")).AssertRefused(ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Refuses_a_grant_as_a_subject_token()
    {
        var form = TokenForm.Exchange(Grant());
        form[ParameterNames.SubjectTokenType] = TokenTypeIdentifiers.Jwt;

        (await shop.SendAsync("web", form, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    private string Grant(Action<JsonObject>? claims = null, string? typ = "authorization-grant+jwt", TimeSpan? lifetime = null) =>
        shop.Parties.Partner.Token(Now, audience: shop.Issuer, lifetime: lifetime ?? TimeSpan.FromMinutes(1), typ: typ, claims: claims);
}
