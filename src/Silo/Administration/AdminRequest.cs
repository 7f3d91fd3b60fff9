using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Token;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ExchangeCluster.Silo.Administration;

/// <summary>What all requests to the management API have in common.</summary>
internal static class AdminRequest
{
    public const string Yaml = "application/yaml";

    /// <summary>The largest policy, in bytes: ten thousand services fit.</summary>
    public const int MaxPolicySize = 16 * 1024 * 1024;

    private const string Scheme = "Bearer ";

    /// <summary>Null for no token, and for what is not exactly one (RFC 6750 section 2.1).</summary>
    public static SensitiveText? BearerOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } authorization]
        && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && authorization.Length > Scheme.Length
            ? new SensitiveText(authorization[Scheme.Length..])
            : null;

    /// <summary>The last part of the path.</summary>
    public static string NameIn(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return path[(path.LastIndexOf('/') + 1)..];
    }

    /// <summary>Null when the body is no JSON or too large: then the answer is written already.</summary>
    public static Task<byte[]?> ReadJsonAsync(HttpContext context) => ReadAsync(context, PrivateResponse.Json, RequestBody.MaxSize);

    /// <summary>The same of a policy.</summary>
    public static Task<byte[]?> ReadPolicyAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxPolicySize;
        return ReadAsync(context, Yaml, MaxPolicySize);
    }

    private static async Task<byte[]?> ReadAsync(HttpContext context, string type, int maxSize)
    {
        var request = context.Request;
        if (request.Headers.ContentEncoding.Count > 0 || !Is(request.ContentType, type))
        {
            await TokenResponseWriter.WriteAsync(context.Response, HttpError.UnsupportedMediaType);
            return null;
        }

        var (body, error) = await RequestBody.TakeAsync(request, maxSize);
        if (body is null)
        {
            await TokenResponseWriter.WriteAsync(context.Response, error!.Value);
        }

        return body;
    }

    private static bool Is(string? contentType, string type) =>
        MediaTypeHeaderValue.TryParse(contentType, out var parsed) && parsed.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);
}
