using System.Text.Json;
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
                || !rules[0].Claims.SequenceEqual(rules[index].Claims, SameMapping.Instance))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class SameMapping : IEqualityComparer<ClaimMapping>
    {
        public static readonly SameMapping Instance = new();

        public bool Equals(ClaimMapping? x, ClaimMapping? y) =>
            x!.Claim == y!.Claim && x.Source == y.Source && x.Constant.HasValue == y.Constant.HasValue
            && (x.Constant is not { } constant || JsonElement.DeepEquals(constant, y.Constant!.Value));

        public int GetHashCode(ClaimMapping obj) => StringComparer.Ordinal.GetHashCode(obj.Claim);
    }
}
