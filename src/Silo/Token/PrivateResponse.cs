using System.Buffers.Text;
using System.IO.Pipelines;

namespace ExchangeCluster.Silo.Token;

/// <summary>Writes an answer that nobody may keep (RFC 6749 section 5.1).</summary>
internal static class PrivateResponse
{
    public const string Json = "application/json";

    /// <summary>Of any long.</summary>
    private const int MaxDigits = 20;

    public static async Task WriteAsync(HttpResponse response, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        SetHeaders(response);
        await response.BodyWriter.WriteAsync(body, response.HttpContext.RequestAborted);
    }

    /// <summary>Status 200 and JSON with a number in its middle, copied straight to where the connection sends from.</summary>
    public static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> before, long number, ReadOnlyMemory<byte> after)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        Utf8Formatter.TryFormat(number, digits, out var count);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = Json;
        response.ContentLength = before.Length + count + after.Length;
        SetHeaders(response);

        // Bytes that are written before the response has started are copied once more.
        await response.StartAsync();
        Write(response.BodyWriter, before.Span, number, after.Span);
        await response.BodyWriter.FlushAsync();
    }

    /// <summary>Status 200 and nothing to read.</summary>
    public static void WriteEmpty(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = 0;
        SetHeaders(response);
    }

    private static void Write(PipeWriter body, ReadOnlySpan<byte> before, long number, ReadOnlySpan<byte> after)
    {
        var span = body.GetSpan(before.Length + MaxDigits + after.Length);
        before.CopyTo(span);
        Utf8Formatter.TryFormat(number, span[before.Length..], out var count);
        after.CopyTo(span[(before.Length + count)..]);
        body.Advance(before.Length + count + after.Length);
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
    }
}
