using System.Text;
using ExchangeCluster.Domain.Introspection;
using ExchangeCluster.Grains.Introspection;
using ExchangeCluster.Silo.Token;
using Microsoft.Net.Http.Headers;

namespace ExchangeCluster.Silo.Introspection;

/// <summary><c>POST /oauth/introspect</c> (RFC 7662), as JSON or as a signed JWT (RFC 9701): HTTP in, HTTP out, no decisions.</summary>
internal sealed class IntrospectionEndpoint(TokenIntrospection introspection)
{
    public const string Path = "/oauth/introspect";

    private const string SignedMediaType = "application/" + SignedIntrospection.Type;

    public async Task HandleAsync(HttpContext context)
    {
        if (await TokenQuestion.ReadAsync(context) is not { } question)
        {
            return;
        }

        using var answer = await introspection.IntrospectAsync(
            question.Credentials, question.Token, WantsSigned(context.Request), context.RequestAborted);
        await answer.HandOverAsync(answer.Value switch
        {
            null => TokenResponseWriter.WriteAsync(context.Response, answer.Refusal!),
            { Jwt: { } jwt } => PrivateResponse.WriteAsync(context.Response, StatusCodes.Status200OK, SignedMediaType, Encoding.ASCII.GetBytes(jwt)),
            { Response: var response } => PrivateResponse.WriteAsync(context.Response, StatusCodes.Status200OK, PrivateResponse.Json, response.ToJson()),
        });
    }

    /// <summary>RFC 9701 section 4: the caller names the media type; a wildcard does not ask for it.</summary>
    private static bool WantsSigned(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals(SignedMediaType, StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);
}
