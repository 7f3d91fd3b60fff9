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

    /// <summary>The whole body, in the reader's memory until <see cref="Take"/> or <see cref="Leave"/>; or what is wrong with it.</summary>
    /// <param name="request">Of which nothing has been read.</param>
    /// <param name="maxSize">In bytes; beyond <see cref="MaxSize"/> Kestrel's bound must be set too.</param>
    public static async ValueTask<(ReadOnlySequence<byte> Bytes, HttpError? Error)> ReadAsync(HttpRequest request, int maxSize = MaxSize)
    {
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                // Ends when the connection does: a token for that alone would cost more than reading.
                var result = await reader.ReadAsync(CancellationToken.None);
                if (result.Buffer.Length > maxSize)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    return (default, HttpError.BodyTooLarge);
                }

                if (result.IsCompleted)
                {
                    return (result.Buffer, null);
                }

                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (BadHttpRequestException exception)
        {
            return (default, exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => HttpError.BodyTooLarge,
                StatusCodes.Status408RequestTimeout => HttpError.RequestTimeout,
                _ => HttpError.BadRequest,
            });
        }
        catch (IOException)
        {
            // A chunk size that overflows, or a connection that broke: whoever is left to hear it sent no whole body.
            return (default, HttpError.BadRequest);
        }
    }

    /// <summary>The whole body as bytes to keep. Exactly one of the results is set.</summary>
    public static async Task<(byte[]? Bytes, HttpError? Error)> TakeAsync(HttpRequest request, int maxSize = MaxSize)
    {
        var (bytes, error) = await ReadAsync(request, maxSize);
        return error is null ? (Take(request, bytes), null) : (null, error);
    }

    /// <summary>The bytes to keep.</summary>
    public static byte[] Take(HttpRequest request, in ReadOnlySequence<byte> bytes)
    {
        var taken = bytes.ToArray();
        Leave(request, bytes);
        return taken;
    }

    /// <summary>Gives the memory back.</summary>
    public static void Leave(HttpRequest request, in ReadOnlySequence<byte> bytes) => request.BodyReader.AdvanceTo(bytes.End);

    private static bool IsFormInUtf8(string contentType) =>
        Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var parsed)
        && parsed.MediaType.Equals(FormMediaType, StringComparison.OrdinalIgnoreCase)
        && parsed.Parameters.All(parameter =>
            parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
            && parameter.GetUnescapedValue().Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
