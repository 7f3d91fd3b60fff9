using ExchangeCluster.Silo.Token;
using Microsoft.AspNetCore.Http.Features;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>
/// Routes by the path exactly as it stands in the request line: no decoding, no case folding, no trailing slash, so that
/// a proxy's rule for a path and ours can't disagree. Everything else is a JSON error.
/// </summary>
internal sealed class ExactRoutes
{
    private readonly Dictionary<string, Route> routes = new(StringComparer.Ordinal);

    public ExactRoutes Get(string path, RequestDelegate handler) => Add(path, handler, HttpMethods.Get, HttpMethods.Head);

    public ExactRoutes Post(string path, RequestDelegate handler) => Add(path, handler, HttpMethods.Post);

    public Task HandleAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!routes.TryGetValue(PathOf(target), out var route))
        {
            return TokenResponseWriter.WriteAsync(context.Response, HttpError.NotFound);
        }

        if (!route.Methods.Contains(context.Request.Method, StringComparer.Ordinal))
        {
            context.Response.Headers.Allow = route.Allow;
            return TokenResponseWriter.WriteAsync(context.Response, HttpError.MethodNotAllowed);
        }

        return route.Handler(context);
    }

    private ExactRoutes Add(string path, RequestDelegate handler, params string[] methods)
    {
        routes.Add(path, new Route(methods, string.Join(", ", methods), handler));
        return this;
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

    private sealed record Route(string[] Methods, string Allow, RequestDelegate Handler);
}
