using System.Net;
using System.Net.Http.Json;
using System.Text;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>The request of RFC 8693 section 2.1: items 1 to 22, but for 10 to 14.</summary>
[Collection<ShopCollection>]
public sealed class ConformanceRequestTests(Shop shop)
{
    [Fact]
    public async Task Conformance_1_Accepts_a_posted_form_with_the_grant_type()
    {
        var answer = await shop.ExchangeAsync();

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        answer.AssertIssued();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Conformance_2_Refuses_other_methods_than_post(string method)
    {
        var request = shop.Form("web", shop.Parties.SubjectToken()).ToRequest();
        request.Method = new HttpMethod(method);

        var response = await shop.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Conformance_3_Refuses_a_json_body()
    {
        var form = shop.Form("web", shop.Parties.SubjectToken());
        var request = form.ToRequest();
        request.Content = JsonContent.Create(form.Parameters.ToDictionary());

        var answer = await shop.Client.SendAsync(request, form.Secrets());

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal(ErrorCodes.InvalidRequest, answer.Error);
    }

    [Theory]
    [InlineData("authorization_code")]
    [InlineData("password")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange ")]
    public async Task Conformance_4_Refuses_another_grant_as_unsupported_grant_type(string grant)
    {
        var answer = await shop.ExchangeAsync(edit: form => form[ParameterNames.GrantType] = grant);

        answer.AssertRefused(ErrorCodes.UnsupportedGrantType);
    }

    [Fact]
    public async Task Conformance_5_Refuses_a_missing_subject_token()
    {
        var answer = await shop.ExchangeAsync(edit: form => form.Remove(ParameterNames.SubjectToken));

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_6_Refuses_a_missing_subject_token_type()
    {
        var answer = await shop.ExchangeAsync(edit: form => form.Remove(ParameterNames.SubjectTokenType));

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData(ParameterNames.Scope)]
    [InlineData(ParameterNames.RequestedTokenType)]
    [InlineData(ParameterNames.ActorToken)]
    [InlineData(ParameterNames.ActorTokenType)]
    [InlineData(ParameterNames.Resource)]
    [InlineData(ParameterNames.Audience)]
    [InlineData(ParameterNames.ClientId)]
    [InlineData(ParameterNames.ClientSecret)]
    [InlineData(ParameterNames.ClientAssertion)]
    public async Task Conformance_7_Accepts_an_empty_optional_parameter_as_omitted(string parameter)
    {
        var answer = await shop.ExchangeAsync(edit: form => form.Add(parameter, ""));

        answer.AssertIssued();
    }

    [Theory]
    [InlineData(ParameterNames.GrantType)]
    [InlineData(ParameterNames.SubjectToken)]
    [InlineData(ParameterNames.SubjectTokenType)]
    public async Task Conformance_7_Refuses_an_empty_required_parameter_as_missing(string parameter)
    {
        var answer = await shop.ExchangeAsync(edit: form => form[parameter] = "");

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData(ParameterNames.GrantType, GrantTypes.TokenExchange)]
    [InlineData(ParameterNames.SubjectTokenType, TokenTypeIdentifiers.AccessToken)]
    [InlineData(ParameterNames.RequestedTokenType, TokenTypeIdentifiers.AccessToken)]
    [InlineData(ParameterNames.Scope, "browse")]
    public async Task Conformance_8_Refuses_a_repeated_parameter(string parameter, string value)
    {
        var answer = await shop.ExchangeAsync(edit: form =>
        {
            form[parameter] = value;
            form.Add(parameter, value);
        });

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_8_Refuses_two_subject_tokens()
    {
        var answer = await shop.ExchangeAsync(
            edit: form => form.Add(ParameterNames.SubjectToken, shop.Parties.SubjectToken(subject: "bob")));

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_9_Ignores_unknown_parameters()
    {
        var answer = await shop.ExchangeAsync(edit: form =>
        {
            form.Add("prompt", "none");
            form.Add("prompt", "login");
            form.Add("Scope", "admin");
        });

        Assert.Equal(["browse", "orders.place"], answer.AssertIssued().Scopes);
    }

    [Fact]
    public async Task Conformance_15_Refuses_an_actor_token_without_type()
    {
        var answer = await shop.ExchangeAsync(
            edit: form => form.Add(ParameterNames.ActorToken, shop.Parties.SubjectToken(subject: "bob")));

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_16_Refuses_an_actor_token_type_without_token()
    {
        var answer = await shop.ExchangeAsync(edit: form => form.Add(ParameterNames.ActorTokenType, TokenTypeIdentifiers.Jwt));

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData("urn:ietf:params:oauth:token-type:unknown")]
    [InlineData("urn:ietf:params:oauth:token-type:ACCESS_TOKEN")]
    [InlineData("access_token")]
    public async Task Conformance_17_Refuses_an_unknown_subject_token_type(string type)
    {
        var answer = await shop.ExchangeAsync(edit: form => form[ParameterNames.SubjectTokenType] = type);

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData("urn:ietf:params:oauth:token-type:unknown")]
    [InlineData("access_token")]
    [InlineData(TokenTypeIdentifiers.RefreshToken)]
    public async Task Conformance_18_Refuses_an_unknown_actor_token_type(string type)
    {
        var answer = await shop.ExchangeAsync(edit: form =>
        {
            form.Add(ParameterNames.ActorToken, shop.Parties.SubjectToken(subject: "bob"));
            form.Add(ParameterNames.ActorTokenType, type);
        });

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData(TokenTypeIdentifiers.IdToken)]
    [InlineData(TokenTypeIdentifiers.RefreshToken)]
    [InlineData(TokenTypeIdentifiers.Saml2)]
    [InlineData("urn:example:token")]
    public async Task Conformance_19_Refuses_an_unsupported_requested_token_type(string type)
    {
        var answer = await shop.ExchangeAsync(edit: form => form[ParameterNames.RequestedTokenType] = type);

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_20_Issues_and_reports_an_access_token_unless_another_type_is_requested()
    {
        var answer = await shop.ExchangeAsync();

        Assert.Equal(TokenTypeIdentifiers.AccessToken, answer.Text(ParameterNames.IssuedTokenType));
    }

    [Fact]
    public async Task Conformance_21_Refuses_a_request_without_target()
    {
        var answer = await shop.ExchangeAsync(audience: null);

        answer.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Theory]
    [InlineData(ParameterNames.SubjectToken)]
    [InlineData(ParameterNames.ClientSecret)]
    [InlineData(ParameterNames.Scope)]
    public async Task Conformance_22_Refuses_parameters_in_the_query(string parameter)
    {
        var form = shop.Form("web", shop.Parties.SubjectToken());
        form.Add(ParameterNames.Audience, "orders");
        var request = form.ToRequest();
        request.RequestUri = new Uri($"/oauth/token?{parameter}=value-in-the-query", UriKind.Relative);

        var answer = await shop.Client.SendAsync(request, [.. form.Secrets(), "value-in-the-query"]);

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_1_Accepts_utf_8_named_as_the_charset_and_refuses_others()
    {
        var form = shop.Form("web", shop.Parties.SubjectToken());
        form.Add(ParameterNames.Audience, "orders");

        var utf8 = await shop.Client.SendAsync(WithCharset(form, "utf-8"), form.Secrets());
        var latin1 = await shop.Client.SendAsync(WithCharset(form, "iso-8859-1"), form.Secrets());

        utf8.AssertIssued();
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, latin1.Status);
    }

    private static HttpRequestMessage WithCharset(TokenForm form, string charset)
    {
        var request = form.ToRequest();
        request.Content!.Headers.ContentType!.CharSet = Encoding.GetEncoding(charset).WebName;
        return request;
    }
}
