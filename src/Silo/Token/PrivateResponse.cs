namespace ExchangeCluster.Silo.Token;

/// <summary>Writes an answer that nobody may keep (RFC 6749 section 5.1).</summary>
internal static class PrivateResponse
{
    public const string Json = "application/json";

    public static async Task WriteAsync(HttpResponse response, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        SetHeaders(response);
        await response.BodyWriter.WriteAsync(body, response.HttpContext.RequestAborted);
    }

    /// <summary>Status 200 and nothing to read.</summary>
    public static void WriteEmpty(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = 0;
        SetHeaders(response);
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
    }
}
