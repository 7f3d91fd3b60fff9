using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Policies.Analysis.Findings;

/// <summary>Who learns or may do more than a token of its own would let it: across domains, and by handing on.</summary>
internal static class DisclosureFindings
{
    public static IEnumerable<Finding> Of(PolicySource source) =>
        Disclosed(source).Distinct().Take(PolicyCheck.MaxOfKind).Concat(OverShared(source));

    private static IEnumerable<Finding> Disclosed(PolicySource source)
    {
        foreach (var (rule, config) in source.Rules)
        {
            var (from, to) = (source.Snapshot.Services[rule.From], source.Snapshot.Services[rule.Target]);
            if (from.Domain == to.Domain)
            {
                continue;
            }

            string[] claims = [.. rule.PairwiseSubject || rule.Grants == Grants.ClientCredentials ? [] : (string[])["sub"], .. rule.Claims.Where(claim => claim.Source is not null).Select(claim => claim.Claim)];
            if (claims.Length != 0)
            {
                yield return new Finding(
                    FindingKinds.ClaimAcrossDomains, config.Claims?.At ?? config.At, $"'{rule.Target}' in {to.Domain} learns {string.Join(", ", claims)} from {from.Domain}");
            }
        }
    }

    private static IEnumerable<Finding> OverShared(PolicySource source)
    {
        foreach (var (rule, config) in source.Rules.Where(rule => rule.Rule.Share == ShareStrategy.Reuse))
        {
            if (Opened(source.Snapshot, rule) is { Length: > 0 } opened)
            {
                yield return new Finding(
                    FindingKinds.ReuseOverShares, config.Share!.At, $"'{rule.Target}' gets tokens that are accepted by {string.Join(", ", opened)} too, without a rule for it there");
            }
        }
    }

    /// <summary>Services that accept what is handed on to the rule's target.</summary>
    private static string[] Opened(PolicySnapshot policy, AcceptRule rule)
    {
        string[] siblings = [rule.From, .. policy.Sharing.ReusesOf(rule.From).Select(edge => edge.Target)];
        return [.. siblings.Where(service => service != rule.Target && policy.RulesOf(rule.Target, service).IsEmpty).Take(SharingPlan.MaxClosure)];
    }
}
