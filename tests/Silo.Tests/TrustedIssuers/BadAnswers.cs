using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.TestKit;
using Microsoft.AspNetCore.Http;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

/// <summary>
/// Answers that would bring a perfectly usable new key if the one limit that they break were not there; so a test that
/// sees the old key has seen that limit work.
/// </summary>
internal static class BadAnswers
{
    private const int HundredMegabytes = 100 * 1024 * 1024;

    private static readonly string Jwks = new TestIssuer("any", TestKey.Create(keyId: "smuggled")).Jwks;

    public static readonly Dictionary<string, (Func<HttpContext, Task> Answer, string Reason)> All = new(StringComparer.Ordinal)
    {
        ["100 MB"] = (WriteHugeAsync, "longer than"),
        ["100 MB, announced"] = (WriteAnnouncedAsync, "longer than"),
        ["gzip bomb"] = (WriteBombAsync, "compressed"),
        ["10,000 keys"] = (WriteManyKeysAsync, "JWK Set"),
        ["redirect to a metadata address"] = (context => RedirectAsync(context, "http://169.254.169.254/latest/meta-data"), "status 302"),
        ["redirect to itself"] = (context => RedirectAsync(context, LoopbackIssuer.DiscoveryPath), "status 302"),
        ["HTML"] = (context => WriteAsync(context, "text/html", Jwks), "content type"),
        ["no content type"] = (context => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Jwks)).AsTask(), "content type"),
        ["error page"] = (WriteErrorAsync, "status 500"),
        ["cut off"] = (context => LoopbackIssuer.WriteJsonAsync(context, Jwks[..^2]), "JWK Set"),
        ["not UTF-8"] = (WriteLatin1Async, "UTF-8"),
        ["dropped connection"] = (WriteAndDropAsync, "The "),
    };

    private static Task WriteAsync(HttpContext context, string contentType, string body)
    {
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }

    private static async Task WriteHugeAsync(HttpContext context)
    {
        await LoopbackIssuer.WriteJsonAsync(context, Jwks);
        await WriteSpacesAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task WriteAnnouncedAsync(HttpContext context)
    {
        context.Response.ContentLength = HundredMegabytes;
        await LoopbackIssuer.WriteJsonAsync(context, Jwks);
        await WriteSpacesAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task WriteBombAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Optimal);
        await gzip.WriteAsync(Encoding.UTF8.GetBytes(Jwks));
    }

    private static Task WriteManyKeysAsync(HttpContext context)
    {
        var set = JsonNode.Parse(Jwks)!;
        var keys = set["keys"]!.AsArray();
        for (var count = keys.Count; count < 10_000; count++)
        {
            keys.Add(new JsonObject { ["kid"] = $"{count}", ["kty"] = "oct" });
        }

        return LoopbackIssuer.WriteJsonAsync(context, set.ToJsonString());
    }

    private static Task RedirectAsync(HttpContext context, string location)
    {
        context.Response.Redirect(location);
        return LoopbackIssuer.WriteJsonAsync(context, Jwks);
    }

    private static Task WriteErrorAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return LoopbackIssuer.WriteJsonAsync(context, Jwks);
    }

    private static async Task WriteLatin1Async(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(Jwks[..^1] + ",\"name\":\"Blåbær\"}"));
    }

    private static async Task WriteAndDropAsync(HttpContext context)
    {
        context.Response.ContentLength = Jwks.Length + 1;
        await LoopbackIssuer.WriteJsonAsync(context, Jwks);
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    private static async Task WriteSpacesAsync(Stream body, CancellationToken aborted)
    {
        var spaces = Encoding.UTF8.GetBytes(new string(' ', 64 * 1024));
        try
        {
            for (var written = Jwks.Length; written + spaces.Length <= HundredMegabytes; written += spaces.Length)
            {
                await body.WriteAsync(spaces, aborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader hung up, as it should.
        }
    }
}
