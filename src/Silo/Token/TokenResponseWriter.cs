using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Silo.Token;

/// <summary>
/// The one place that knows status codes, <c>no-store</c> and error JSON (RFC 6749 sections 5.1 and 5.2, RFC 8693
/// section 2.2). Nothing of the request is ever echoed.
/// </summary>
internal static class TokenResponseWriter
{
    /// <summary>How long a caller should wait before it tries again, in seconds.</summary>
    private const string RetryAfterSeconds = "1";

    // RFC 9110 section 15.5.2: every 401 carries a challenge, whatever method the client tried.
    private const string Challenge = "Basic realm=\"token endpoint\", charset=\"UTF-8\"";

    private static readonly JsonScratch Scratch = new(default);

    public static Task WriteAsync(HttpResponse response, ExchangeOutcome outcome)
    {
        if (outcome.DpopNonce is { } nonce)
        {
            response.Headers[TokenEndpoint.NonceHeader] = nonce;
        }

        if (outcome is { Refusal: not null, RequestId: { } id })
        {
            response.Headers[TokenEndpoint.RequestIdHeader] = id.ToString();
        }

        return outcome is { Items: { IsEmpty: false } items } ? WriteAsync(response, items)
            : outcome.Response is { } answer ? WriteAsync(response, answer)
            : WriteAsync(response, outcome.Refusal!);
    }

    public static Task WriteAsync(HttpResponse response, Refusal refusal)
    {
        var error = RefusalCatalogue.ToTokenError(refusal);
        switch (error.Code)
        {
            // RFC 6585 section 4. The credentials are wrong whatever the rate: right ones are accepted at any.
            case ErrorCodes.InvalidClient when refusal.Reason == RefusalReason.ClientAuthenticationFailedTooOften:
                response.Headers.RetryAfter = RetryAfterSeconds;
                return WriteAsync(response, StatusCodes.Status429TooManyRequests, error);
            case ErrorCodes.InvalidClient:
                response.Headers.WWWAuthenticate = Challenge;
                return WriteAsync(response, StatusCodes.Status401Unauthorized, error);
            case ErrorCodes.TemporarilyUnavailable:
                response.Headers.RetryAfter = RetryAfterSeconds;
                return WriteAsync(response, StatusCodes.Status503ServiceUnavailable, error);
            default:
                return WriteAsync(response, StatusCodes.Status400BadRequest, error);
        }
    }

    public static Task WriteAsync(HttpResponse response, HttpError error)
    {
        var (status, description) = error switch
        {
            HttpError.NotFound => (StatusCodes.Status404NotFound, "There is nothing at this path."),
            HttpError.MethodNotAllowed => (StatusCodes.Status405MethodNotAllowed, "This method is not allowed here."),
            HttpError.RequestTimeout => (StatusCodes.Status408RequestTimeout, "The request took too long."),
            HttpError.BodyTooLarge => (StatusCodes.Status413PayloadTooLarge, "The request is too large."),
            HttpError.UnsupportedMediaType => (StatusCodes.Status415UnsupportedMediaType,
                "The body must be application/x-www-form-urlencoded in UTF-8, without content coding."),
            HttpError.BadRequest or HttpError.BadFraming => (StatusCodes.Status400BadRequest, "The request is not well-formed."),
            HttpError.ServerError => (StatusCodes.Status500InternalServerError, "The service failed."),
            _ => throw new ArgumentOutOfRangeException(nameof(error), error, "No response for this error."),
        };
        var endsConnection = error is HttpError.BodyTooLarge or HttpError.RequestTimeout or HttpError.BadFraming;
        if (endsConnection && HttpProtocol.IsHttp11(response.HttpContext.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }

        var code = error is HttpError.ServerError ? ErrorCodes.ServerError : ErrorCodes.InvalidRequest;
        return WriteAsync(response, status, new TokenError(code, description));
    }

    /// <summary>The same response as at the first time, but for <c>expires_in</c>.</summary>
    public static Task WriteAsync(HttpResponse response, NearAnswer answer) =>
        WriteAsync(response, answer.Body, answer.SecondsLeft);

    public static Task WriteAsync(HttpResponse response, NearBody body, long secondsLeft) =>
        PrivateResponse.WriteAsync(response, body.BeforeLife, secondsLeft, body.AfterLife);

    /// <summary>A response to be given again.</summary>
    public static NearBody ToNearBody(TokenExchangeResponse answer)
    {
        var split = 0L;
        var written = Scratch.Write(answer, (json, answer) =>
        {
            json.WriteStartObject();
            WriteBeforeLife(json, answer);
            split = json.BytesCommitted + json.BytesPending;
            json.WriteRawValue("0", skipInputValidation: true);
            WriteAfterLife(json, answer);
            json.WriteEndObject();
        }).Span;
        return new NearBody([.. written[..(int)split], .. written[((int)split + 1)..]], (int)split);
    }

    private static Task WriteAsync(HttpResponse response, TokenExchangeResponse answer) =>
        WriteAsync(response, StatusCodes.Status200OK, answer, WriteMembers);

    private static Task WriteAsync(HttpResponse response, int status, TokenError error) => WriteAsync(response, status, error, WriteMembers);

    /// <summary>A batch succeeds as a request, whatever became of its items (docs/batch-exchange.md).</summary>
    private static Task WriteAsync(HttpResponse response, ImmutableArray<ExchangeOutcome> items) =>
        WriteAsync(response, StatusCodes.Status200OK, items, static (json, items) =>
        {
            json.WriteStartArray(ParameterNames.Responses);
            foreach (var item in items)
            {
                json.WriteStartObject();
                if (item.Response is { } answer)
                {
                    WriteMembers(json, answer);
                }
                else
                {
                    WriteMembers(json, RefusalCatalogue.ToTokenError(item.Refusal!));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static void WriteMembers(Utf8JsonWriter json, TokenExchangeResponse answer)
    {
        WriteBeforeLife(json, answer);
        json.WriteNumberValue(answer.ExpiresInSeconds);
        WriteAfterLife(json, answer);
    }

    private static void WriteBeforeLife(Utf8JsonWriter json, TokenExchangeResponse answer)
    {
        json.WriteString(ParameterNames.AccessToken, answer.AccessToken.Reveal());
        if (answer.IssuedTokenType is { } issuedTokenType)
        {
            json.WriteString(ParameterNames.IssuedTokenType, issuedTokenType);
        }

        json.WriteString(ParameterNames.TokenType, answer.TokenType);
        json.WritePropertyName(ParameterNames.ExpiresIn);
    }

    private static void WriteAfterLife(Utf8JsonWriter json, TokenExchangeResponse answer)
    {
        if (answer.RefreshToken is { } refreshToken)
        {
            json.WriteString(ParameterNames.RefreshToken, refreshToken.Reveal());
        }

        if (!answer.Scope.IsEmpty)
        {
            json.WriteString(ParameterNames.Scope, answer.Scope.Text);
        }

        if (!answer.AuthorizationDetails.IsEmpty)
        {
            json.WritePropertyName(AuthorizationDetails.Name);
            json.WriteRawValue(answer.AuthorizationDetails.Text, skipInputValidation: true);
        }
    }

    private static void WriteMembers(Utf8JsonWriter json, TokenError error)
    {
        json.WriteString(ParameterNames.Error, error.Code);
        json.WriteString(ParameterNames.ErrorDescription, error.Description);
        if (error.StepUp is { AcrValues: { IsEmpty: false } acrValues })
        {
            json.WriteString(ParameterNames.AcrValues, string.Join(' ', acrValues));
        }

        if (error.StepUp is { MaxAgeSeconds: { } maxAge })
        {
            json.WriteNumber(ParameterNames.MaxAge, maxAge);
        }
    }

    private static Task WriteAsync<T>(HttpResponse response, int status, T value, Action<Utf8JsonWriter, T> writeMembers)
    {
        // The scratch is this thread's until it is copied to where the connection sends from, which comes before any waiting.
        var body = Scratch.Write((value, writeMembers), static (json, state) =>
        {
            json.WriteStartObject();
            state.writeMembers(json, state.value);
            json.WriteEndObject();
        });
        return PrivateResponse.WriteAsync(response, status, PrivateResponse.Json, body);
    }
}
