using System.Net;
using System.Text.Json;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>RFC 7662, and RFC 9701 on request.</summary>
[Collection<RevocationShopCollection>]
public sealed class IntrospectionTests(RevocationShop shop)
{
    private const string Inactive = """{"active":false}""";
    private const string Signed = "application/token-introspection+jwt";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("orders")]
    [InlineData("web")]
    public async Task Shows_the_claims_to_the_target_and_to_the_client(string caller)
    {
        var issued = await shop.IssueAsync("web", shop.Login("shown"), "orders");

        var shown = await shop.IntrospectAsync(caller, issued.Token);

        Assert.Equal(
            ["active", "aud", "client_id", "country", "exp", "iat", "iss", "jti", "scope", "sub", "token_type"],
            shown.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.True(shown.GetProperty("active").GetBoolean());
        Assert.Equal(AccessTokenTypes.Bearer, shown.GetProperty("token_type").GetString());
        foreach (var claim in issued.Claims.EnumerateObject().Where(claim => claim.Name != "lineage"))
        {
            Assert.True(JsonElement.DeepEquals(claim.Value, shown.GetProperty(claim.Name)), claim.Name);
        }
    }

    [Fact]
    public async Task Conformance_68_Shows_act_in_the_shape_of_the_token()
    {
        var login = shop.Parties.SubjectToken(subject: "acted", claims: claims => claims["act"] = new System.Text.Json.Nodes.JsonObject { ["sub"] = "helpdesk" });
        var issued = await shop.IssueAsync("web", login, "orders");

        var shown = await shop.IntrospectAsync("orders", issued.Token);

        Assert.True(JsonElement.DeepEquals(issued.Claims.GetProperty("act"), shown.GetProperty("act")));
    }

    [Fact]
    public async Task Lets_no_mapped_claim_pass_for_a_member_of_the_response()
    {
        var issued = await shop.IssueAsync("web", shop.Login("mapped"), "auditor");
        Assert.True(issued.Has("active") && issued.Has("token_type"));

        // A service without any grant may ask about tokens all the same.
        var shown = await shop.IntrospectAsync("auditor", issued.Token);

        Assert.True(shown.GetProperty("active").GetBoolean());
        Assert.Equal(AccessTokenTypes.Bearer, shown.GetProperty("token_type").GetString());
    }

    [Theory]
    [InlineData("catalog")]
    [InlineData("mobile")]
    public async Task Fault_R15_Tells_a_caller_outside_the_audience_nothing(string caller)
    {
        var issued = await shop.IssueAsync("web", shop.Login("r15"), "orders");

        Assert.Equal(Inactive, (await shop.IntrospectAsync(caller, issued.Token)).GetRawText());
        var payload = JsonElement.Parse(TestJws.Part(await AskSignedAsync(caller, issued.Token), 1));
        Assert.Equal(Inactive, payload.GetProperty("token_introspection").GetRawText());
    }

    [Fact]
    public async Task Fault_R16_Refuses_a_caller_without_credentials_and_other_methods()
    {
        var issued = await shop.IssueAsync("web", shop.Login("r16"), "orders");

        using var anonymous = await shop.AskAsync(null, issued.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.NotEmpty(anonymous.Headers.WwwAuthenticate);
        Assert.DoesNotContain("active", await anonymous.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);

        foreach (var path in new[] { "/oauth/introspect", "/oauth/revoke" })
        {
            using var get = await shop.Client.Http.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
            Assert.Equal(["POST"], get.Content.Headers.Allow);
        }

        using var revoke = await shop.RevokeAsync(null, issued.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, revoke.StatusCode);
        Assert.True(await shop.IsActiveAsync("orders", issued.Token));
    }

    [Fact]
    public async Task Fault_R17_Says_the_same_of_everything_that_is_no_valid_token_of_ours()
    {
        var issued = await shop.IssueAsync("web", shop.Login("r17"), "orders");
        var parts = issued.Token.Split('.');
        string[] tokens =
        [
            "junk", "a.b.c", shop.Login("r17"), shop.Parties.SubjectToken(subject: "r17", lifetime: TimeSpan.FromSeconds(-60)),
            shop.Parties.SubjectToken(shop.Parties.Stranger), $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}.{new string('A', 86)}",
            $"{parts[0]}.{parts[1]}.{shop.Login("r17").Split('.')[2]}", new string('.', 5000),
        ];
        foreach (var token in tokens)
        {
            using var response = await shop.AskAsync("orders", token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
            Assert.Equal(Inactive, await response.Content.ReadAsStringAsync(Cancelled));
        }
    }

    [Fact]
    public async Task Signs_the_response_for_its_caller_when_asked()
    {
        var issued = await shop.IssueAsync("web", shop.Login("signed"), "orders");

        var jwt = await AskSignedAsync("orders", issued.Token);

        var keys = new JsonWebKeySet(await shop.Client.Http.GetStringAsync("/.well-known/jwks.json", Cancelled));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            ValidIssuer = shop.Issuer,
            ValidAudience = "orders",
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidTypes = ["token-introspection+jwt"],
            RequireExpirationTime = false,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        var payload = JsonElement.Parse(TestJws.Part(jwt, 1));
        Assert.Equal(["aud", "iat", "iss", "token_introspection"], payload.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("signed", payload.GetProperty("token_introspection").GetProperty("sub").GetString());

        // It is no token: neither to exchange nor to ask about.
        (await shop.ExchangeAsync("orders", jwt, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.False(await shop.IsActiveAsync("orders", jwt));
    }

    [Theory]
    [InlineData("")]
    [InlineData("token=a&token=b")]
    [InlineData("token=")]
    [InlineData("token_type_hint=access_token")]
    public async Task Refuses_a_question_without_exactly_one_token(string body)
    {
        foreach (var path in new[] { "/oauth/introspect", "/oauth/revoke" })
        {
            using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
            using var response = await shop.Client.Http.PostAsync(new Uri(path, UriKind.Relative), content, Cancelled);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(ErrorCodes.InvalidRequest, await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    [InlineData("anything")]
    public async Task Ignores_a_hint_that_is_wrong(string hint)
    {
        var issued = await shop.IssueAsync("web", shop.Login("hint-" + hint), "orders");

        using var response = await shop.RevokeAsync("web", issued.Token, hint);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(await shop.IsActiveAsync("orders", issued.Token));
    }

    [Fact]
    public async Task Metadata_lists_both_endpoints_and_they_work()
    {
        var metadata = await shop.Client.GetJsonAsync("/.well-known/oauth-authorization-server");

        Assert.Equal(shop.Issuer + "/oauth/revoke", metadata.GetProperty("revocation_endpoint").GetString());
        Assert.Equal(shop.Issuer + "/oauth/introspect", metadata.GetProperty("introspection_endpoint").GetString());
        Assert.Equal(
            metadata.GetProperty("token_endpoint_auth_methods_supported").GetRawText(),
            metadata.GetProperty("revocation_endpoint_auth_methods_supported").GetRawText());
        Assert.Equal(
            metadata.GetProperty("token_endpoint_auth_methods_supported").GetRawText(),
            metadata.GetProperty("introspection_endpoint_auth_methods_supported").GetRawText());
        Assert.Contains("ES256", metadata.GetProperty("introspection_signing_alg_values_supported").EnumerateArray().Select(value => value.GetString()));
    }

    private async Task<string> AskSignedAsync(string caller, string token)
    {
        using var response = await shop.AskAsync(caller, token, accept: Signed);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Signed, response.Content.Headers.ContentType?.ToString());
        return await response.Content.ReadAsStringAsync(Cancelled);
    }
}
