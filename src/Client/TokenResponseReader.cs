using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>Reads an answer strictly: bounded, JSON, no duplicate members, every value as its RFC defines it.</summary>
internal static class TokenResponseReader
{
    /// <summary>Longest body in bytes. Tokens with embedded tokens are large; nothing is this large.</summary>
    private const int MaxBytes = 256 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>VSCHAR and NQSCHAR (RFC 6749 appendix A): anything else could break a header or a log line.</summary>
    private static readonly SearchValues<char> TokenCharacters = Printable(without: "");
    private static readonly SearchValues<char> ErrorCharacters = Printable(without: "\"\\");

    /// <param name="response">Status and headers are read, the body is not.</param>
    /// <param name="requestedScope">An answer without <c>scope</c> grants exactly this.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="isExchange">Answers to other grants have no <c>issued_token_type</c>.</param>
    public static async Task<TokenExchangeResult> ReadAsync(
        HttpResponseMessage response, ScopeSet? requestedScope, CancellationToken cancellationToken, bool isExchange = true)
    {
        var status = response.StatusCode;
        if (!string.Equals(response.Content.Headers.ContentType?.MediaType, "application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidTokenResponseException(status, "it is not JSON by its content type");
        }

        using var document = Parse(await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false), status);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidTokenResponseException(status, "it is not a JSON object");
        }

        return status == HttpStatusCode.OK
            ? TokenExchangeResult.Issued(status, Response(document.RootElement, requestedScope, status, isExchange))
            : TokenExchangeResult.Refused(status, Error(document.RootElement, status));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[MaxBytes + 1];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return length <= MaxBytes
                ? buffer.AsMemory(0, length)
                : throw new InvalidTokenResponseException(response.StatusCode, $"it is longer than {MaxBytes} bytes");
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body, HttpStatusCode status)
    {
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        catch (JsonException)
        {
            // Not kept as inner exception: its message can quote the body.
            throw new InvalidTokenResponseException(status, "it is not well-formed JSON, or has duplicate members");
        }
    }

    /// <summary>RFC 8693 section 2.2.1.</summary>
    private static TokenExchangeResponse Response(JsonElement json, ScopeSet? requestedScope, HttpStatusCode status, bool isExchange) => new()
    {
        AccessToken = new SensitiveText(Required(json, ParameterNames.AccessToken, TokenCharacters, status)),
        IssuedTokenType = isExchange ? Required(json, ParameterNames.IssuedTokenType, TokenCharacters, status) : null,
        TokenType = TokenType(Required(json, ParameterNames.TokenType, TokenCharacters, status), status),
        ExpiresInSeconds = json.TryGetProperty(ParameterNames.ExpiresIn, out var expiresIn)
            && expiresIn.ValueKind == JsonValueKind.Number && expiresIn.TryGetInt64(out var seconds) && seconds > 0
                ? seconds
                : throw Invalid(ParameterNames.ExpiresIn, status),
        Scope = Scope(json, requestedScope, status),
        AuthorizationDetails = Details(json, status),
    };

    /// <summary>Compared without case (RFC 6749 section 5.1); a token of an unknown type must not be used (section 7.1).</summary>
    private static string TokenType(string value, HttpStatusCode status) =>
        value.Equals(AccessTokenTypes.Bearer, StringComparison.OrdinalIgnoreCase) ? AccessTokenTypes.Bearer
        : value.Equals(AccessTokenTypes.Dpop, StringComparison.OrdinalIgnoreCase) ? AccessTokenTypes.Dpop
        : value.Equals(AccessTokenTypes.NotApplicable, StringComparison.OrdinalIgnoreCase) ? AccessTokenTypes.NotApplicable
        : throw Invalid(ParameterNames.TokenType, status);

    private static ScopeSet Scope(JsonElement json, ScopeSet? requestedScope, HttpStatusCode status)
    {
        if (!json.TryGetProperty(ParameterNames.Scope, out var value))
        {
            return requestedScope ?? ScopeSet.Empty;
        }

        return value.ValueKind == JsonValueKind.String && ScopeSet.TryParse(value.GetString()!, out var scope)
            ? scope
            : throw Invalid(ParameterNames.Scope, status);
    }

    private static AuthorizationDetails Details(JsonElement json, HttpStatusCode status)
    {
        if (!json.TryGetProperty(AuthorizationDetails.Name, out var value))
        {
            return AuthorizationDetails.Empty;
        }

        try
        {
            // A copy: the document goes back to a pool.
            return AuthorizationDetails.TryRead(value.Clone(), out var details) ? details : throw Invalid(AuthorizationDetails.Name, status);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair.
            throw Invalid(AuthorizationDetails.Name, status);
        }
    }

    /// <summary>RFC 6749 section 5.2. The description is for people; one with odd characters is left out, not fatal.</summary>
    private static TokenError Error(JsonElement json, HttpStatusCode status) => new(
        Required(json, ParameterNames.Error, ErrorCharacters, status),
        TryGetText(json, ParameterNames.ErrorDescription, ErrorCharacters, out var description) ? description : "")
    {
        StepUp = StepUpReader.Read(
            TryGetText(json, ParameterNames.AcrValues, ErrorCharacters, out var acrValues) ? acrValues : null,
            json.TryGetProperty(ParameterNames.MaxAge, out var maxAge) && maxAge.ValueKind == JsonValueKind.Number
                && maxAge.TryGetInt64(out var seconds) && seconds >= 0 ? seconds : null),
    };

    private static string Required(JsonElement json, string member, SearchValues<char> characters, HttpStatusCode status) =>
        TryGetText(json, member, characters, out var text) ? text : throw Invalid(member, status);

    private static bool TryGetText(JsonElement json, string member, SearchValues<char> characters, [NotNullWhen(true)] out string? text)
    {
        text = json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return !string.IsNullOrEmpty(text) && !text.AsSpan().ContainsAnyExcept(characters);
    }

    private static InvalidTokenResponseException Invalid(string member, HttpStatusCode status) =>
        new(status, $"{member} is missing or malformed");

    private static SearchValues<char> Printable(string without) =>
        SearchValues.Create(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Except(without).ToArray());
}
