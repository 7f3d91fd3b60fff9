using System.Collections.Frozen;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>What must stay impossible over every chain, checked when the policy loads.</summary>
internal static class NeverStatements
{
    public static void Check(
        PolicyConfig config, Reachability reachable, FrozenDictionary<string, Service> services, Mistakes mistakes)
    {
        if (config.Never is not { Items: var statements })
        {
            return;
        }

        var scopes = services.Values.SelectMany(service => service.Scopes.Values).ToHashSet(StringComparer.Ordinal);
        var held = reachable.Held.ToLookup(held => (held.Service, held.Scope));
        foreach (var never in statements)
        {
            if (!services.ContainsKey(never.Service.Value))
            {
                mistakes.AddUnknown(never.Service.At, "the service", never.Service.Value, services.Keys);
            }

            if (!scopes.Contains(never.Scope.Value))
            {
                mistakes.AddUnknown(never.Scope.At, "the scope", never.Scope.Value, scopes);
            }

            foreach (var violation in held[(never.Service.Value, never.Scope.Value)].Take(1))
            {
                mistakes.Add(never.At, $"'{never.Service.Value}' can come to hold {never.Scope.Value}: {reachable.Chain(violation)}");
            }
        }
    }
}
