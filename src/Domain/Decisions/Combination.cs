using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Several targets can share a token only where their rules make the same one.</summary>
internal static class Combination
{
    public static bool IsPossible(PolicySnapshot policy, AcceptRule[] rules)
    {
        for (var index = 1; index < rules.Length; index++)
        {
            if (rules[0].PairwiseSubject
                || rules[index].PairwiseSubject
                || policy.Services[rules[0].Target].SigningAlgorithm != policy.Services[rules[index].Target].SigningAlgorithm
                || rules[0].Claims.Length != rules[index].Claims.Length
                || !rules[0].Claims.Zip(rules[index].Claims).All(pair => pair.First.IsSameAs(pair.Second)))
            {
                return false;
            }
        }

        return true;
    }
}
