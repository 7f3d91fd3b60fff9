using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Analysis.Findings;

/// <summary>Private or symmetric keys in the file. Plain client secrets are mistakes already.</summary>
internal static class SecretFindings
{
    /// <summary>RFC 7518 sections 6.2.2, 6.3.2 and 6.4; <c>kty</c> stands beside them.</summary>
    private static readonly string[] PrivateMembers = ["d", "k", "p", "q", "dp", "dq", "qi"];

    public static IEnumerable<Finding> Of(PolicySource source)
    {
        var sets = (source.Config.TrustedIssuers?.Items ?? []).Select(issuer => issuer.Jwks)
            .Concat((source.Config.Services?.Members ?? []).Select(service => service.Value.Credentials?.Jwks));
        foreach (var at in sets.OfType<ConfigAny>().SelectMany(set => PrivateIn(set.Node)))
        {
            yield return new Finding(FindingKinds.SecretInFile, at, "this JWK holds a private or symmetric key");
        }

        var texts = (source.Config.TrustedIssuers?.Items ?? []).Select(issuer => issuer.Certificates)
            .Concat((source.Config.CertificateAuthorities?.Members ?? []).Select(authority => authority.Value));
        foreach (var text in texts.OfType<ConfigText>().Where(text => text.Value.Contains("PRIVATE KEY", StringComparison.Ordinal)))
        {
            yield return new Finding(FindingKinds.SecretInFile, text.At, "this PEM holds a private key");
        }
    }

    private static IEnumerable<Position> PrivateIn(PolicyNode node) => node switch
    {
        PolicyNode.Sequence sequence => sequence.Items.SelectMany(PrivateIn),
        PolicyNode.Mapping mapping when mapping.Members.Any(member => member.Key.Text == "kty") =>
            mapping.Members.Where(member => PrivateMembers.Contains(member.Key.Text, StringComparer.Ordinal)).Take(1).Select(member => member.Key.At),
        PolicyNode.Mapping mapping => mapping.Members.SelectMany(member => PrivateIn(member.Value)),
        _ => [],
    };
}
