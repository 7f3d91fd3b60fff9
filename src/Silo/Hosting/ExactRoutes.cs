using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ExchangeCluster.Silo.Token;
using Microsoft.AspNetCore.Http.Features;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>
/// Routes by the path exactly as it stands in the request line: no decoding, no case folding, no trailing slash, so that
/// a proxy's rule for a path and ours can't disagree. Everything else is a JSON error.
/// </summary>
internal sealed class ExactRoutes
{
    private const string AnyName = "/*";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>By path, then by method in the order in which they are allowed.</summary>
    private readonly Dictionary<string, OrderedDictionary<string, RequestDelegate>> routes = new(StringComparer.Ordinal);

    public ExactRoutes Get(string path, RequestDelegate handler) => Add(path, handler, HttpMethods.Get, HttpMethods.Head);

    public ExactRoutes Post(string path, RequestDelegate handler) => Add(path, handler, HttpMethods.Post);

    public ExactRoutes Put(string path, RequestDelegate handler) => Add(path, handler, HttpMethods.Put);

    public ExactRoutes Delete(string path, RequestDelegate handler) => Add(path, handler, HttpMethods.Delete);

    /// <summary>For every path that is <paramref name="folder"/>, a slash and one name of <c>A-Za-z0-9._-</c>.</summary>
    public ExactRoutes DeleteIn(string folder, RequestDelegate handler) => Add(folder + AnyName, handler, HttpMethods.Delete);

    public Task HandleAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!TryFind(PathOf(target), out var route))
        {
            return TokenResponseWriter.WriteAsync(context.Response, HttpError.NotFound);
        }

        if (!route.TryGetValue(context.Request.Method, out var handler))
        {
            context.Response.Headers.Allow = string.Join(", ", route.Keys);
            return TokenResponseWriter.WriteAsync(context.Response, HttpError.MethodNotAllowed);
        }

        return handler(context);
    }

    private ExactRoutes Add(string path, RequestDelegate handler, params string[] methods)
    {
        if (!routes.TryGetValue(path, out var route))
        {
            routes[path] = route = new OrderedDictionary<string, RequestDelegate>(StringComparer.Ordinal);
        }

        foreach (var method in methods)
        {
            route.Add(method, handler);
        }

        return this;
    }

    private bool TryFind(string path, [NotNullWhen(true)] out OrderedDictionary<string, RequestDelegate>? route)
    {
        if (routes.TryGetValue(path, out route))
        {
            return !path.EndsWith(AnyName, StringComparison.Ordinal);
        }

        var name = path.LastIndexOf('/') + 1;
        return name > 0
            && path.Length > name
            && path.AsSpan(name).ContainsAnyExcept(NameCharacters) is false
            && routes.TryGetValue(path[..(name - 1)] + AnyName, out route);
    }

    private static string PathOf(string target)
    {
        // RFC 9112 section 3.2.2: a server accepts the absolute form too, whose authority plays no part here.
        if (!target.StartsWith('/'))
        {
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var path = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
            target = path < 0 ? "" : target[path..];
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }
}
