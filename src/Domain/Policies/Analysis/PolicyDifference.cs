using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>Something that can be had under a policy: by whom, at which service, and which scope or claim.</summary>
/// <param name="Client">Who gets the token by an exchange, or within another token, or handed on.</param>
/// <param name="Target">Who accepts it.</param>
/// <param name="Scope">What it holds; null: nothing, or <paramref name="Claim"/> is what this is about.</param>
/// <param name="Claim">What it tells the target; null: this is about a scope.</param>
public sealed record Access(string Client, string Target, string? Scope, string? Claim)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Client} -> {Target}" + (Scope is null ? "" : $" {Scope}") + (Claim is null ? "" : $" claim {Claim}");
}

/// <summary>What changes between two policies: access, not text.</summary>
/// <param name="Gained">Possible under the new policy only, each with a chain.</param>
/// <param name="Lost">Possible under the old policy only, with the chain that it had.</param>
/// <param name="RevokedEdges">Publishing the new policy revokes what was minted on these.</param>
/// <param name="RevokedIssuers">It revokes every chain that began with these.</param>
/// <param name="Changed">Terms of what stays possible.</param>
public sealed record PolicyDifference(
    ImmutableArray<KeyValuePair<Access, Chain>> Gained,
    ImmutableArray<KeyValuePair<Access, Chain>> Lost,
    ImmutableArray<Edge> RevokedEdges,
    ImmutableArray<string> RevokedIssuers,
    ImmutableArray<TermChange> Changed)
{
    public bool IsEmpty => Gained.IsEmpty && Lost.IsEmpty && Changed.IsEmpty && RevokedEdges.IsEmpty && RevokedIssuers.IsEmpty;

    /// <summary>Access counts where a chain leads to it that begins at a service that an issuer's <c>audiences</c> name.</summary>
    public static PolicyDifference Between(PolicySnapshot before, PolicySnapshot after)
    {
        var (old, now) = (AccessOf(before), AccessOf(after));
        return new PolicyDifference(
            Only(now, old),
            Only(old, now),
            [.. Narrowing.EdgesOf(before, after).OrderBy(edge => edge.Client, StringComparer.Ordinal).ThenBy(edge => edge.Target, StringComparer.Ordinal)],
            [.. Narrowing.IssuersOf(before, after).Order(StringComparer.Ordinal)],
            TermChange.Between(before, after));
    }

    private static ImmutableArray<KeyValuePair<Access, Chain>> Only(Dictionary<Access, Chain> one, Dictionary<Access, Chain> other) =>
    [
        .. one.Where(access => !other.ContainsKey(access.Key))
            .OrderBy(access => access.Key.Client, StringComparer.Ordinal).ThenBy(access => access.Key.Target, StringComparer.Ordinal)
            .ThenBy(access => access.Key.Claim, StringComparer.Ordinal).ThenBy(access => access.Key.Scope, StringComparer.Ordinal),
    ];

    private static Dictionary<Access, Chain> AccessOf(PolicySnapshot policy)
    {
        var analyser = new PolicyAnalyser(policy);
        var found = new Dictionary<Access, Chain>();
        foreach (var (edge, rules) in policy.Rules)
        {
            IEnumerable<Access> possible =
            [
                new Access(edge.Client, edge.Target, null, null),
                .. rules.SelectMany(rule => rule.Scopes.Values.Concat(rule.Elevate.Keys)).Select(scope => new Access(edge.Client, edge.Target, scope, null)),
                .. rules.SelectMany(rule => rule.Claims).Select(claim => new Access(edge.Client, edge.Target, null, claim.Claim)),
            ];
            foreach (var access in possible.Distinct())
            {
                if (analyser.Access(edge, access.Scope, access.Claim, isDeclared: true) is { } chain)
                {
                    found.Add(access, chain);
                }
            }
        }

        return found;
    }
}
