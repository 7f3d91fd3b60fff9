using ExchangeCluster.Domain.Policies.Validation;

namespace ExchangeCluster.Domain.Policies;

/// <summary>
/// What a new policy no longer grants. An edge is narrowed unless each of its rules has a successor that grants at least as
/// much under equal conditions: where that can't be told, it counts as narrowed.
/// </summary>
internal static class Narrowing
{
    /// <summary>Edges of the old policy that the new one has not, or grants less on.</summary>
    public static IEnumerable<Edge> EdgesOf(PolicySnapshot before, PolicySnapshot after)
    {
        foreach (var (edge, rules) in before.Rules)
        {
            var successors = after.RulesOf(edge.Client, edge.Target);
            if (!rules.All(rule => successors.Any(successor => IsAtLeast(successor, rule)))
                || !IsAtLeast(after.Services[edge.Target], before.Services[edge.Target]))
            {
                yield return edge;
            }
        }
    }

    /// <summary>Issuers that are trusted no more.</summary>
    public static IEnumerable<string> IssuersOf(PolicySnapshot before, PolicySnapshot after) =>
        before.TrustedIssuers.Keys.Where(issuer => !after.TrustedIssuers.ContainsKey(issuer));

    /// <summary>Whether what was issued for the service still says the right things to the right one.</summary>
    private static bool IsAtLeast(Service after, Service before) =>
        after.Audience == before.Audience
        && after.TokenFormat == before.TokenFormat
        && (!after.DpopRequired || before.DpopRequired)
        && (!after.CertificateBindingRequired || before.CertificateBindingRequired);

    private static bool IsAtLeast(AcceptRule after, AcceptRule before) =>
        after.Grants.HasFlag(before.Grants)
        && before.Scopes.IsSubsetOf(after.Scopes)
        && before.Elevate.All(elevation => after.Elevate.TryGetValue(elevation.Key, out var held) && held == elevation.Value)
        && before.AuthorizationDetails.All(ceiling => after.AuthorizationDetails.Any(successor => IsAtLeast(successor, ceiling)))
        && before.Through.All(after.Through.Contains)
        && after.PairwiseSubject == before.PairwiseSubject
        && after.Claims.Length == before.Claims.Length
        && after.Claims.Zip(before.Claims).All(pair => pair.First.IsSameAs(pair.Second))
        && (after.Rebind || !before.Rebind)
        && (after.Lifetime is null || before.Lifetime <= after.Lifetime)
        && (before.RefreshLifetime is null || before.RefreshLifetime <= after.RefreshLifetime)
        && after.Share == before.Share
        && Conditions.Canonical(after.When) == Conditions.Canonical(before.When);

    private static bool IsAtLeast(DetailCeiling after, DetailCeiling before) =>
        after.Type == before.Type
        && after.Allowed.All(list => before.Allowed.TryGetValue(list.Key, out var allowed) && allowed.IsSubsetOf(list.Value));
}
