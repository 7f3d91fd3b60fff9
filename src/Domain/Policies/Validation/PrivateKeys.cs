using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Private and symmetric keys, which a policy must not hold: it is replicated and stored as it stands.</summary>
internal static class PrivateKeys
{
    /// <summary>RFC 7518 sections 6.2.2, 6.3.2 and 6.4; <c>kty</c> stands beside them.</summary>
    private static readonly string[] Members = ["d", "k", "p", "q", "dp", "dq", "qi"];

    /// <summary>True when there is one, which is then a mistake at its place.</summary>
    public static bool AreIn(ConfigAny jwks, Mistakes mistakes)
    {
        var found = false;
        foreach (var at in In(jwks.Node))
        {
            mistakes.Add(at, "this JWK holds a private or symmetric key, expected its public members only", FindingKinds.SecretInFile.Id);
            found = true;
        }

        return found;
    }

    /// <summary>The same of PEM (RFC 7468).</summary>
    public static bool AreIn(ConfigText pem, Mistakes mistakes)
    {
        var found = pem.Value.Contains("PRIVATE KEY", StringComparison.Ordinal);
        if (found)
        {
            mistakes.Add(pem.At, "this PEM holds a private key, expected certificates or public keys only", FindingKinds.SecretInFile.Id);
        }

        return found;
    }

    private static IEnumerable<Position> In(PolicyNode node) => node switch
    {
        PolicyNode.Sequence sequence => sequence.Items.SelectMany(In),
        PolicyNode.Mapping mapping when mapping.Members.Any(member => member.Key.Text == "kty") =>
            mapping.Members.Where(member => Members.Contains(member.Key.Text, StringComparer.Ordinal)).Take(1).Select(member => member.Key.At),
        PolicyNode.Mapping mapping => mapping.Members.SelectMany(member => In(member.Value)),
        _ => [],
    };
}
