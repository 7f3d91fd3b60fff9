using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>Something about a policy that decides who gets a token, or what kind of token, and is no longer what it was.</summary>
/// <param name="Where">The policy, an issuer, a service, or a caller with its target.</param>
/// <param name="What">A key of the policy file.</param>
/// <param name="Before">Empty: nothing.</param>
/// <param name="After">Likewise.</param>
public sealed record TermChange(string Where, string What, string Before, string After)
{
    internal static ImmutableArray<TermChange> Between(PolicySnapshot before, PolicySnapshot after)
    {
        var (old, now) = (PolicyTerms.Of(before).ToDictionary(), PolicyTerms.Of(after).ToDictionary());
        var stays = old.Keys.Select(term => term.Where).Intersect(now.Keys.Select(term => term.Where)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. old.Keys.Union(now.Keys)
                // A caller or service that is new or gone is an access that is; an issuer opens the same to other people.
                .Where(term => stays.Contains(term.Where) || term.What == PolicyTerms.Trusted)
                .Select(term => new TermChange(term.Where, term.What, old.GetValueOrDefault(term, ""), now.GetValueOrDefault(term, "")))
                .Where(change => change.Before != change.After)
                .OrderBy(change => change.Where, StringComparer.Ordinal).ThenBy(change => change.What, StringComparer.Ordinal),
        ];
    }
}
