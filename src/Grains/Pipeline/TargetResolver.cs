using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Finds the services that a request names: the union of <c>audience</c> and <c>resource</c> (RFC 8693 section 2.1).
/// </summary>
internal static class TargetResolver
{
    /// <summary>Distinct service names in ordinal order; refused when any one of them is unknown.</summary>
    public static Step<SortedSet<string>> Resolve(
        ImmutableArray<string> audiences, ImmutableArray<string> resources, PolicySnapshot policy)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var audience in audiences)
        {
            if (!policy.TryFindByAudience(audience, out var service))
            {
                return new Refusal(RefusalReason.UnknownTarget);
            }

            names.Add(service.Name);
        }

        foreach (var resource in resources)
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
