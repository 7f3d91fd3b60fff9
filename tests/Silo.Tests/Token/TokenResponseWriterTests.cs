using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Token;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Token;

public sealed class TokenResponseWriterTests
{
    public static TheoryData<RefusalReason> Reasons => [.. Enum.GetValues<RefusalReason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task Conformance_53_Refuses_with_error_json_that_nobody_caches(RefusalReason reason)
    {
        var (response, body) = await WriteAsync(response => TokenResponseWriter.WriteAsync(response, new Refusal(reason, "for the operator")));
        AssertNotCached(response);
        Assert.Equal(RefusalCatalogue.ToTokenError(reason).Code, body.GetProperty("error").GetString());
        Assert.Matches("^[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+$", body.GetProperty("error_description").GetString());
        Assert.DoesNotContain("for the operator", body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RefusalReason.ClientAuthenticationFailed, 401)]
    [InlineData(RefusalReason.ClientAuthenticationMissing, 401)]
    [InlineData(RefusalReason.ClientAuthenticationFailedTooOften, 429)]
    [InlineData(RefusalReason.ClientNotAllowedGrant, 400)]
    [InlineData(RefusalReason.SubjectTokenExpired, 400)]
    [InlineData(RefusalReason.UnknownTarget, 400)]
    [InlineData(RefusalReason.Unavailable, 503)]
    [InlineData(RefusalReason.Overloaded, 503)]
    public async Task Refuses_with_the_status_of_the_reason(RefusalReason reason, int status)
    {
        var (response, _) = await WriteAsync(response => TokenResponseWriter.WriteAsync(response, new Refusal(reason)));
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == 401, response.Headers.WWWAuthenticate.ToString().StartsWith("Basic realm=", StringComparison.Ordinal));
        Assert.Equal(status is 503 or 429, response.Headers.RetryAfter.Count == 1);
    }

    [Fact]
    public async Task Accepts_with_every_member_of_the_response()
    {
        var (response, body) = await WriteAsync(response => TokenResponseWriter.WriteAsync(response, Issued(ScopeSet.Of("b", "a"))));
        AssertNotCached(response);
        Assert.Equal(200, response.StatusCode);
        Assert.Equal(
            """{"access_token":"a.b.c","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":42,"scope":"a b"}""",
            body.GetRawText());
    }

    [Fact]
    public async Task Accepts_without_a_scope_member_when_no_scope_was_granted()
    {
        var (_, body) = await WriteAsync(response => TokenResponseWriter.WriteAsync(response, Issued(ScopeSet.Empty)));
        Assert.False(body.TryGetProperty("scope", out _));
    }

    [Theory]
    [InlineData(nameof(HttpError.NotFound), 404)]
    [InlineData(nameof(HttpError.MethodNotAllowed), 405)]
    [InlineData(nameof(HttpError.RequestTimeout), 408)]
    [InlineData(nameof(HttpError.BodyTooLarge), 413)]
    [InlineData(nameof(HttpError.UnsupportedMediaType), 415)]
    [InlineData(nameof(HttpError.ServerError), 500)]
    public async Task Refuses_what_is_no_oauth_request_with_json_too(string error, int status)
    {
        var (response, body) = await WriteAsync(response => TokenResponseWriter.WriteAsync(response, Enum.Parse<HttpError>(error)));
        AssertNotCached(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == 500 ? "server_error" : "invalid_request", body.GetProperty("error").GetString());
    }

    private static ExchangeOutcome Issued(ScopeSet scope) => new(
        new TokenExchangeResponse
        {
            AccessToken = new SensitiveText("a.b.c"),
            IssuedTokenType = TokenTypeIdentifiers.AccessToken,
            TokenType = AccessTokenTypes.Bearer,
            ExpiresInSeconds = 42,
            Scope = scope,
        },
        null);

    private static void AssertNotCached(HttpResponse response)
    {
        Assert.Equal("no-store", response.Headers.CacheControl);
        Assert.Equal("no-cache", response.Headers.Pragma);
        Assert.Equal("application/json", response.ContentType);
    }

    private static async Task<(HttpResponse Response, JsonElement Body)> WriteAsync(Func<HttpResponse, Task> write)
    {
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Response.Body = body;
        await write(context.Response);
        Assert.Equal(body.Length, context.Response.ContentLength);
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(body.ToArray()));
        return (context.Response, document.RootElement.Clone());
    }
}
