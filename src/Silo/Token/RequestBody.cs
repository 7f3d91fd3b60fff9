using System.Buffers;

namespace ExchangeCluster.Silo.Token;

/// <summary>Reads the form body of a request, after the checks that need no body.</summary>
internal static class RequestBody
{
    /// <summary>The largest body, in bytes: a subject token of the longest kind and an assertion fit several times.</summary>
    public const int MaxSize = 64 * 1024;

    private const string FormMediaType = "application/x-www-form-urlencoded";

    /// <summary>
    /// Content-Length beside Transfer-Encoding: two servers in a row may disagree on where the request ends (RFC 9112 section
    /// 6.3). Kestrel lets the coding win and keeps the length under another name.
    /// </summary>
    public static bool HasTwoLengths(HttpRequest request) =>
        request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey("X-Content-Length");

    /// <summary>One content type, no content coding: a coded body may be a bomb, and no OAuth client sends one.</summary>
    public static bool HasAcceptableType(HttpRequest request) =>
        request.Headers.ContentEncoding.Count == 0
        && request.Headers.ContentType is [{ } type]
        && (string.Equals(type, FormMediaType, StringComparison.Ordinal) || IsFormInUtf8(type));

    /// <summary>Exactly one of the results is set.</summary>
    public static Task<(byte[]? Bytes, HttpError? Error)> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, MaxSize, cancellationToken);

    /// <summary>The same with another bound, in bytes, to which Kestrel's must be set too.</summary>
    public static async Task<(byte[]? Bytes, HttpError? Error)> ReadAsync(HttpRequest request, int maxSize, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken);
                if (result.Buffer.Length > maxSize)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    return (null, HttpError.BodyTooLarge);
                }

                if (result.IsCompleted)
                {
                    var bytes = result.Buffer.ToArray();
                    reader.AdvanceTo(result.Buffer.End);
                    return (bytes, null);
                }

                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (BadHttpRequestException exception)
        {
            return (null, exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => HttpError.BodyTooLarge,
                StatusCodes.Status408RequestTimeout => HttpError.RequestTimeout,
                _ => HttpError.BadRequest,
            });
        }
        catch (IOException)
        {
            // A chunk size that overflows, or a connection that broke: whoever is left to hear it sent no whole body.
            return (null, HttpError.BadRequest);
        }
    }

    private static bool IsFormInUtf8(string contentType) =>
        Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var parsed)
        && parsed.MediaType.Equals(FormMediaType, StringComparison.OrdinalIgnoreCase)
        && parsed.Parameters.All(parameter =>
            parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
            && parameter.GetUnescapedValue().Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
