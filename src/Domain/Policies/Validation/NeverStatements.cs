using System.Collections.Frozen;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>
/// What must stay impossible over every chain, checked when the policy loads. A trusted issuer may give any service every
/// scope of its own, so a rule that grants the scope to the service is a chain already.
/// </summary>
internal static class NeverStatements
{
    public static void Check(
        PolicyConfig config,
        RuleGraph graph,
        FrozenDictionary<string, Service> services,
        FrozenDictionary<string, TrustedIssuer> issuers,
        Mistakes mistakes)
    {
        if (config.Never is not { Items: var statements })
        {
            return;
        }

        var scopes = services.Values.SelectMany(service => service.Scopes.Values).ToHashSet(StringComparer.Ordinal);
        var chains = new Lazy<ScopeChains>(() => new ScopeChains(graph, services, issuers));
        foreach (var never in statements)
        {
            if (!services.ContainsKey(never.Service.Value))
            {
                mistakes.AddUnknown(never.Service.At, "the service", never.Service.Value, "the name of a service", services.Keys);
            }

            if (!scopes.Contains(never.Scope.Value))
            {
                mistakes.AddUnknown(never.Scope.At, "the scope", never.Scope.Value, "a scope of any service", scopes);
            }

            if (graph.TokensFor(never.Service.Value).FirstOrDefault(rule => Grants(rule, never.Scope.Value)) is { } rule)
            {
                mistakes.Add(
                    never.At,
                    $"a token for '{never.Service.Value}' can come to hold {never.Scope.Value}: {chains.Value.To(rule, never.Scope.Value)}, expected no such chain");
            }
        }
    }

    private static bool Grants(AcceptRule rule, string scope) => rule.Scopes.Contains(scope) || rule.Elevate.ContainsKey(scope);
}
