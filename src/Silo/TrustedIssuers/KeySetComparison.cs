using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Silo.TrustedIssuers;

internal static class KeySetComparison
{
    /// <summary>True when both verify the same signatures: same keys under the same ids and algorithms, in any order.</summary>
    public static bool IsSameAs(this KeySet one, KeySet other) => Identities(one).SetEquals(Identities(other));

    private static HashSet<(string? KeyId, string Algorithms, string Thumbprint)> Identities(KeySet set) =>
        [.. set.Keys.Select(key => (key.KeyId, string.Join(' ', key.Algorithms), Base64UrlEncoder.Encode(key.Key.ComputeJwkThumbprint())))];
}
