using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>What the tokens can hold that one service receives, over every rule that gives one to it.</summary>
internal sealed class HeldTokens
{
    public HeldTokens(IEnumerable<AcceptRule> rules)
    {
        Rules = [.. rules];
        var (scopes, claims) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var rule in Rules)
        {
            scopes.UnionWith(rule.Scopes.Values);
            scopes.UnionWith(rule.Elevate.Keys);
            foreach (var claim in rule.Claims)
            {
                claims.Add(claim.Claim);
            }
        }

        Scopes = [.. scopes];
        Claims = [.. claims];
    }

    public ImmutableArray<AcceptRule> Rules { get; }

    public ImmutableArray<string> Scopes { get; }

    /// <summary>Names of claims beyond the protocol's own.</summary>
    public ImmutableArray<string> Claims { get; }

    public static IEnumerable<string> ScopesOf(AcceptRule rule) => rule.Scopes.Values.Concat(rule.Elevate.Keys);

    /// <summary>For messages: there can be a hundred.</summary>
    public static string Listed(IEnumerable<string> names)
    {
        const int most = 3;
        string[] all = [.. names];
        return all.Length <= most + 1
            ? string.Join(", ", all)
            : $"{string.Join(", ", all.Take(most))} and {all.Length - most} more";
    }
}
