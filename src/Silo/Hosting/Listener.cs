using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>The listener a request came in by.</summary>
internal enum Listener
{
    /// <summary>Token endpoint and metadata.</summary>
    Public,

    /// <summary>Health: for operators.</summary>
    Management,

    /// <summary>The demo's login issuer; exists in the demo only.</summary>
    DemoLogin,
}

/// <summary>
/// Marks each connection with the listener that accepted it. The Host header and the local port can be forged or
/// forwarded; the socket can't.
/// </summary>
internal static class ListenerExtensions
{
    public static void Mark(this ListenOptions options, Listener listener) =>
        options.Use(next => connection =>
        {
            connection.Features.Set(new ListenerFeature(listener));
            return next(connection);
        });

    /// <summary>Null for a connection that none of our listeners accepted.</summary>
    public static Listener? AcceptedBy(this HttpContext context) => context.Features.Get<ListenerFeature>()?.Listener;

    private sealed record ListenerFeature(Listener Listener);
}
