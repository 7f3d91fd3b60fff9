using System.Text.Json;
using ExchangeCluster.Protocol;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>
/// Speaks HTTP to one silo and checks what holds for every answer. Issued tokens are verified as a stranger would: with
/// the published keys and a stock library.
/// </summary>
public sealed class TokenClient : IDisposable
{
    private readonly string issuer;
    private readonly Lazy<Task<JsonWebKeySet>> keys;

    /// <param name="baseUrl">The silo's public address, which is also the policy's <c>issuer</c>.</param>
    /// <param name="configure">Changes how it connects.</param>
    public TokenClient(Uri baseUrl, Action<SocketsHttpHandler>? configure = null)
    {
        issuer = baseUrl.GetLeftPart(UriPartial.Authority);
        keys = new Lazy<Task<JsonWebKeySet>>(FetchKeysAsync);

        // Redirects and decompression would hide what the silo answered.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 64 };
        configure?.Invoke(handler);
        Http = new HttpClient(handler) { BaseAddress = baseUrl };
    }

    public HttpClient Http { get; }

    public async Task<TokenAnswer> SendAsync(TokenForm form)
    {
        var answer = await SendAsync(form.ToRequest(), form.Secrets());

        // RFC 8693 section 2.2.1: always there; and no member of any other grant's answer.
        var isExchange = form.Parameters.Contains(KeyValuePair.Create(ParameterNames.GrantType, GrantTypes.TokenExchange));
        Assert.Equal(answer.IsIssued && isExchange, answer.Text(ParameterNames.IssuedTokenType) is not null);
        return answer;
    }

    /// <param name="request">Any request; a relative URI is the silo's.</param>
    /// <param name="secrets">What must not come back.</param>
    public async Task<TokenAnswer> SendAsync(HttpRequestMessage request, IEnumerable<string> secrets)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var response = await Http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var json = Parse(body);
        AnswerChecks.CheckAll(response, body, json, secrets);
        return new TokenAnswer
        {
            Status = response.StatusCode,
            Headers = response.Headers,
            Body = body,
            Json = json,
            Issued = response.IsSuccessStatusCode && !IsOpaque(json) ? await VerifyAsync(json) : null,
        };
    }

    /// <summary>Reads a document of the silo, such as its metadata.</summary>
    public async Task<JsonElement> GetJsonAsync(string address) =>
        Parse(await Http.GetStringAsync(address, TestContext.Current.CancellationToken));

    public void Dispose() => Http.Dispose();

    private static JsonElement Parse(string body) => JsonElement.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });

    private static bool IsOpaque(JsonElement json) =>
        json.GetProperty(ParameterNames.AccessToken).GetString() is ['x', 'c', 't' or 'r', '_', ..];

    private async Task<JsonWebKeySet> FetchKeysAsync() =>
        new(await Http.GetStringAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken));

    private async Task<IssuedJwt> VerifyAsync(JsonElement json)
    {
        var jwt = new IssuedJwt(json.GetProperty(ParameterNames.AccessToken).GetString()!);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(jwt.Token, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            IssuerSigningKeys = (await keys.Value).GetSigningKeys(),
            ValidTypes = [json.GetProperty(ParameterNames.TokenType).ValueEquals(AccessTokenTypes.NotApplicable) ? "authorization-grant+jwt" : "at+jwt"],
            ValidateAudience = false,
            ClockSkew = TimeSpan.FromSeconds(1),
        });
        Assert.True(result.IsValid, result.Exception?.Message);

        // RFC 6749 section 5.1: the seconds that are left, and the scope that was granted.
        var left = (jwt.ExpiresAt - TimeProvider.System.GetUtcNow()).TotalSeconds;
        Assert.InRange(json.GetProperty(ParameterNames.ExpiresIn).GetInt64(), left - 2, left + 2);
        Assert.Equal(
            jwt.Claims.TryGetProperty(ParameterNames.Scope, out var scope) ? scope.GetString() : null,
            json.TryGetProperty(ParameterNames.Scope, out var reported) ? reported.GetString() : null);
        return jwt;
    }
}
