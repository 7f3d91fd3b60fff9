using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>What must stay impossible over every chain, proved when the policy loads.</summary>
internal static class NeverStatements
{
    public static void Check(PolicyConfig config, PolicySnapshot policy, Mistakes mistakes)
    {
        if (config.Never is not { Items: { IsEmpty: false } statements })
        {
            return;
        }

        var names = new KnownNames(policy);
        var analyser = new Lazy<PolicyAnalyser>(() => new PolicyAnalyser(policy));
        foreach (var never in statements)
        {
            if (names.Check(never, mistakes) && analyser.Value.Disprove(never.ToTheorem()) is { } chain)
            {
                mistakes.Add(never.At, $"{Conclusion(never.ToTheorem(), chain)}: {chain}, expected no such chain", FindingKinds.NeverBroken.Id);
            }
        }
    }

    private static string Conclusion(Never never, Chain chain) =>
        $"'{chain.Holder}' can come to hold a token"
            + (never.Scope is null && never.Claim is null ? "" : $" with {string.Join(" and ", new[] { never.Scope, never.Claim }.OfType<string>())}")
            + (never.Issuer is null ? "" : $" of a subject of {never.Issuer}");

    /// <summary>What a statement may name.</summary>
    private sealed class KnownNames(PolicySnapshot policy)
    {
        private readonly Lazy<HashSet<string>> scopes = new(() => policy.Services.Values.SelectMany(service => service.Scopes.Values).ToHashSet(StringComparer.Ordinal));
        private readonly Lazy<HashSet<string>> domains = new(() => policy.Services.Values.Select(service => service.Domain).ToHashSet(StringComparer.Ordinal));
        private readonly Lazy<HashSet<string>> claims = new(() =>
            policy.Rules.Values.SelectMany(rules => rules).SelectMany(rule => rule.Claims).Select(mapping => mapping.Claim).ToHashSet(StringComparer.Ordinal));

        public bool Check(NeverConfig never, Mistakes mistakes)
        {
            if ((never.Service ?? never.Domain ?? never.Scope ?? never.Claim ?? never.Issuer) is null)
            {
                mistakes.Add(never.At, "this names nothing, expected one of service, domain, scope, claim or issuer at least");
                return false;
            }

            var isKnown = IsKnown(never.Service, "the service", "the name of a service", policy.Services.Keys, mistakes)
                & IsKnown(never.Domain, "the domain", "the domain of a service", domains.Value, mistakes)
                & IsKnown(never.Scope, "the scope", "a scope of any service", scopes.Value, mistakes)
                & IsKnown(never.Issuer, "the issuer", "our issuer or a trusted one", policy.TrustedIssuers.Keys.Append(policy.Issuer), mistakes);
            if (never.Claim is { } claim && !claims.Value.Contains(claim.Value))
            {
                // No rule makes it: proved, but perhaps not what was meant.
                mistakes.Warn(claim.At, $"no rule gives the claim '{claim.Value}' to anyone");
            }

            return isKnown;
        }

        private static bool IsKnown(ConfigText? text, string what, string expected, IEnumerable<string> known, Mistakes mistakes)
        {
            if (text is null || known.Contains(text.Value, StringComparer.Ordinal))
            {
                return true;
            }

            mistakes.AddUnknown(text.At, what, text.Value, expected, known);
            return false;
        }
    }
}
