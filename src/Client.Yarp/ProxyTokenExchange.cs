using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ExchangeCluster.Client.Yarp;

/// <summary>Lets a gateway exchange tokens for the services behind it, which need not know.</summary>
public static class ProxyTokenExchange
{
    /// <summary>Key of a route's metadata, or else its cluster's: the name of the target service in the policy.</summary>
    public const string TargetKey = "TokenExchange.Target";

    /// <summary>
    /// Requests of every route whose metadata name a target go on with a token for that target in place of the incoming one.
    /// What was refused or can't be had is answered by the gateway: 401 without a usable token, 403 where the rules say no,
    /// 503 while the token service does not answer. Needs <see cref="TokenExchangeServices.AddTokenExchange"/>.
    /// </summary>
    public static IReverseProxyBuilder AddTokenExchangeTransform(this IReverseProxyBuilder builder) =>
        builder.AddTransforms(context =>
        {
            if (TargetOf(context) is not { } target)
            {
                return;
            }

            var transform = ActivatorUtilities.CreateInstance<TargetTokenTransform>(context.Services, target);
            context.AddRequestTransform(transform.ReplaceTokenAsync);
            context.AddResponseTransform(transform.ForgetRefusedAsync);
        });

    private static string? TargetOf(TransformBuilderContext context) =>
        context.Route.Metadata?.GetValueOrDefault(TargetKey) ?? context.Cluster?.Metadata?.GetValueOrDefault(TargetKey);
}
