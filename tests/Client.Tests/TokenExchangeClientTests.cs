using System.Net;
using System.Text;
using ExchangeCluster.Protocol;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ExchangeCluster.Client.Tests;

public sealed class TokenExchangeClientTests : IAsyncLifetime
{
    private const string Issued =
        """{"access_token":"issued.token","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"bearer","expires_in":60,"scope":"locate"}""";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private TokenEndpoint endpoint = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => endpoint = await TokenEndpoint.StartAsync();

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Accepts_an_issued_token()
    {
        endpoint.Body = Issued;
        var result = await ExchangeAsync();
        Assert.True(result.IsSuccess);
        Assert.Null(result.Error);
        Assert.Equal(HttpStatusCode.OK, result.Status);
        Assert.Equal("issued.token", result.Response.AccessToken.Reveal());
        Assert.Equal(TokenTypeIdentifiers.AccessToken, result.Response.IssuedTokenType);
        Assert.Equal(AccessTokenTypes.Bearer, result.Response.TokenType);
        Assert.Equal(60, result.Response.ExpiresInSeconds);
        Assert.Equal(ScopeSet.Of("locate"), result.Response.Scope);
    }

    [Fact]
    public async Task Sends_every_parameter_of_the_request()
    {
        endpoint.Body = Issued;
        await ExchangeAsync(new TokenExchangeRequest
        {
            SubjectToken = new SensitiveText("subject+/= token"),
            SubjectTokenType = TokenTypeIdentifiers.Jwt,
            ActorToken = new SensitiveText("actor"),
            ActorTokenType = TokenTypeIdentifiers.AccessToken,
            Audiences = ["geolocation", "https://geo.example"],
            Resources = ["https://api.example/a?b=c&d"],
            Scope = ScopeSet.Of("locate", "browse"),
            RequestedTokenType = TokenTypeIdentifiers.Jwt,
        });
        Assert.Equal(GrantTypes.TokenExchange, endpoint.Form["grant_type"]);
        Assert.Equal("subject+/= token", endpoint.Form["subject_token"]);
        Assert.Equal(TokenTypeIdentifiers.Jwt, endpoint.Form["subject_token_type"]);
        Assert.Equal("actor", endpoint.Form["actor_token"]);
        Assert.Equal(TokenTypeIdentifiers.AccessToken, endpoint.Form["actor_token_type"]);
        Assert.Equal(["geolocation", "https://geo.example"], endpoint.Form["audience"].ToArray());
        Assert.Equal("https://api.example/a?b=c&d", endpoint.Form["resource"]);
        Assert.Equal("browse locate", endpoint.Form["scope"]);
        Assert.Equal(TokenTypeIdentifiers.Jwt, endpoint.Form["requested_token_type"]);
        Assert.Equal(9, endpoint.Form.Count);
    }

    [Fact]
    public async Task Sends_nothing_that_the_request_left_out()
    {
        endpoint.Body = Issued;
        await ExchangeAsync();
        Assert.Equal(["grant_type", "subject_token", "subject_token_type"], endpoint.Form.Keys.Order());
    }

    [Fact]
    public async Task Encodes_both_parts_of_the_credentials()
    {
        endpoint.Body = Issued;
        await ExchangeAsync();
        var sent = Encoding.ASCII.GetString(Convert.FromBase64String(endpoint.Authorization!["Basic ".Length..]));
        Assert.Equal("or%3Aders:s%C3%A9cr%25t%3A%20x", sent);
    }

    [Theory]
    [InlineData(400, ErrorCodes.InvalidRequest)]
    [InlineData(401, ErrorCodes.InvalidClient)]
    [InlineData(400, ErrorCodes.InvalidGrant)]
    [InlineData(400, ErrorCodes.UnauthorizedClient)]
    [InlineData(400, ErrorCodes.UnsupportedGrantType)]
    [InlineData(400, ErrorCodes.InvalidScope)]
    [InlineData(400, ErrorCodes.InvalidTarget)]
    [InlineData(503, ErrorCodes.TemporarilyUnavailable)]
    [InlineData(500, ErrorCodes.ServerError)]
    public async Task Returns_every_refusal_as_a_value(int status, string code)
    {
        endpoint.Status = status;
        endpoint.Body = $$"""{"error":"{{code}}","error_description":"Why."}""";
        var result = await ExchangeAsync();
        Assert.False(result.IsSuccess);
        Assert.Null(result.Response);
        Assert.Equal(new TokenError(code, "Why."), result.Error);
        Assert.Equal((HttpStatusCode)status, result.Status);
    }

    [Fact]
    public async Task Tells_what_authentication_would_do()
    {
        endpoint.Status = 400;
        endpoint.Body = """{"error":"insufficient_user_authentication","error_description":"Why.","acr_values":"gold silver","max_age":60}""";
        var stepUp = (await ExchangeAsync()).Error!.StepUp!;
        Assert.Equal(["gold", "silver"], stepUp.AcrValues);
        Assert.Equal(60, stepUp.MaxAgeSeconds);
    }

    [Theory]
    [InlineData("""{"error":"invalid_target"}""")]
    [InlineData("""{"error":"invalid_target","error_description":7}""")]
    [InlineData("""{"error":"invalid_target","error_description":"two\nlines"}""")]
    public async Task Leaves_out_a_description_that_is_absent_or_unfit(string body)
    {
        endpoint.Status = 400;
        endpoint.Body = body;
        Assert.Equal(new TokenError(ErrorCodes.InvalidTarget, ""), (await ExchangeAsync()).Error);
    }

    [Fact]
    public async Task Takes_the_requested_scope_as_granted_when_the_answer_names_none()
    {
        endpoint.Body = Issued.Replace(""","scope":"locate"}""", "}", StringComparison.Ordinal);
        Assert.Equal(ScopeSet.Empty, (await ExchangeAsync()).Response!.Scope);
        Assert.Equal(ScopeSet.Of("a"), (await ExchangeAsync(Request(ScopeSet.Of("a")))).Response!.Scope);
    }

    [Theory]
    [InlineData("issued.token", "")]
    [InlineData("issued.token", "two\\r\\nlines")]
    [InlineData("\"issued.token\"", "7")]
    [InlineData("\"issued.token\"", "null")]
    [InlineData("access_token", "Access_Token")]
    [InlineData("\"token_type\":\"bearer\",", "")]
    [InlineData("bearer", "mac")]
    [InlineData("issued_token_type", "other")]
    [InlineData(":60", ":0")]
    [InlineData(":60", ":-1")]
    [InlineData(":60", ":\"60\"")]
    [InlineData(":60", ":1.5")]
    [InlineData(":60", ":1e99")]
    [InlineData("expires_in", "expires")]
    [InlineData("\"locate\"", "[\"locate\"]")]
    [InlineData("locate", "lo\\\"cate")]
    [InlineData("{", "{\"scope\":\"admin\",")]
    [InlineData("{", "[{")]
    [InlineData("}", "")]
    [InlineData("}", "}}")]
    public async Task Refuses_malformed_answers(string part, string replacement)
    {
        Assert.Contains(part, Issued, StringComparison.Ordinal);
        endpoint.Body = Issued.Replace(part, replacement, StringComparison.Ordinal);
        await RefusesAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    public async Task Refuses_a_body_that_is_no_object(string body)
    {
        endpoint.Body = body;
        await RefusesAsync();
    }

    [Theory]
    [InlineData(400, """{"message":"no"}""")]
    [InlineData(400, """{"error":7}""")]
    [InlineData(400, """{"error":""}""")]
    [InlineData(400, """{"error":"in\nvalid"}""")]
    [InlineData(502, "<html>")]
    [InlineData(201, Issued)]
    [InlineData(302, Issued)]
    public async Task Refuses_an_error_that_is_none(int status, string body)
    {
        endpoint.Status = status;
        endpoint.Body = body;
        Assert.Equal((HttpStatusCode)status, (await RefusesAsync()).Status);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData(null)]
    public async Task Refuses_an_answer_that_is_not_json_by_its_type(string? contentType)
    {
        endpoint.ContentType = contentType;
        endpoint.Body = Issued;
        await RefusesAsync();
    }

    [Fact]
    public async Task Refuses_a_body_without_end()
    {
        endpoint.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Issued);
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 16 * 1024));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(spaces);
            }
        };
        await RefusesAsync();
    }

    [Fact]
    public async Task Ends_when_the_caller_cancels_in_the_middle_of_the_body()
    {
        using var impatience = new CancellationTokenSource();
        endpoint.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await impatience.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client().ExchangeAsync(Request(), impatience.Token));
    }

    [Theory]
    [InlineData("http://sts.example/oauth/token")]
    [InlineData("ftp://127.0.0.1/oauth/token")]
    [InlineData("/oauth/token")]
    public void Refuses_an_endpoint_that_would_expose_the_secret(string address) =>
        Assert.Throws<ArgumentException>(() => Client(new Uri(address, UriKind.RelativeOrAbsolute)));

    private static TokenExchangeRequest Request(ScopeSet? scope = null) => new()
    {
        SubjectToken = new SensitiveText("canary-subject-token"),
        SubjectTokenType = TokenTypeIdentifiers.AccessToken,
        Scope = scope,
    };

    private TokenExchangeClient Client(Uri? address = null) => new(http, new TokenExchangeClientOptions
    {
        TokenEndpoint = address ?? endpoint.Address,
        ClientId = "or:ders",
        ClientSecret = new SensitiveText("sécr%t: x"),
    });

    private Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest? request = null) =>
        Client().ExchangeAsync(request ?? Request(), Cancellation);

    /// <summary>Nothing of the answer or the request may reach the exception.</summary>
    private async Task<InvalidTokenResponseException> RefusesAsync()
    {
        var refusal = await Assert.ThrowsAsync<InvalidTokenResponseException>(() => ExchangeAsync());
        foreach (var hidden in new[] { "issued.token", "canary-subject-token", "sécr%t", "locate" })
        {
            Assert.DoesNotContain(hidden, refusal.ToString(), StringComparison.Ordinal);
        }

        return refusal;
    }
}
