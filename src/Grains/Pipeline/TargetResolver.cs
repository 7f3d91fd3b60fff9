using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Finds the services that a request names: the union of <c>audience</c> and <c>resource</c> (RFC 8693 section 2.1).
/// </summary>
internal static class TargetResolver
{
    /// <summary>Distinct service names in ordinal order; refused when any one of them is unknown.</summary>
    public static Step<SortedSet<string>> Resolve(TokenExchangeRequest request, PolicySnapshot policy)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var audience in request.Audiences)
        {
            if (!policy.TryFindByAudience(audience, out var service))
            {
                return new Refusal(RefusalReason.UnknownTarget);
            }

            names.Add(service.Name);
        }

        foreach (var resource in request.Resources)
        {
            if (!policy.TryFindByResource(resource, out var service))
            {
                return new Refusal(RefusalReason.UnknownTarget);
            }

            names.Add(service.Name);
        }

        return names;
    }
}
