using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>One of the terms on which a policy gives what it gives.</summary>
/// <param name="Where">The policy, an issuer, a service, or a caller with its target.</param>
/// <param name="What">A key of the policy file.</param>
internal readonly record struct Term(string Where, string What);

/// <summary>
/// The terms of a policy, each as a text: what an access depends on beside the chain that leads to it. <see cref="Access"/> tells who can come
/// to have what; a condition that is taken out opens it to more people, and changes no access.
/// </summary>
internal static class PolicyTerms
{
    /// <summary>Of an issuer: that it is one.</summary>
    public const string Trusted = "trusted";

    public static IEnumerable<KeyValuePair<Term, string>> Of(PolicySnapshot policy)
    {
        foreach (var (what, value) in OfPolicy(policy))
        {
            yield return new(new("the policy", what), value);
        }

        foreach (var issuer in policy.TrustedIssuers.Values)
        {
            foreach (var (what, value) in Of(issuer))
            {
                yield return new(new($"issuer {issuer.Issuer}", what), value);
            }
        }

        foreach (var service in policy.Services.Values)
        {
            foreach (var (what, value) in Of(service))
            {
                yield return new(new($"service {service.Name}", what), value);
            }
        }

        foreach (var (edge, rules) in policy.Rules)
        {
            foreach (var (number, rule) in rules.Index())
            {
                foreach (var (what, value) in RuleTerms.Of(rule))
                {
                    yield return new(new($"{edge.Client} -> {edge.Target}", number == 0 ? what : $"rule {number + 1} {what}"), value);
                }
            }
        }
    }

    private static IEnumerable<(string What, string Value)> OfPolicy(PolicySnapshot policy) =>
    [
        ("issuer", policy.Issuer),
        ("max_lifetime", Text(policy.MaxLifetime)),
        ("max_actor_depth", policy.MaxActorDepth.ToString(CultureInfo.InvariantCulture)),
        ("embedding", string.Create(CultureInfo.InvariantCulture, $"depth {policy.Embedding.Depth}, max_bytes {policy.Embedding.MaxBytes}")),
        ("dpop_nonce", policy.DpopNonceRequired ? "required" : "optional"),
    ];

    private static IEnumerable<(string What, string Value)> Of(TrustedIssuer issuer) =>
    [
        (Trusted, "yes"),
        ("audiences", Text(issuer.Audiences)),
        ("keys", KeysOf(issuer.Keys)),
        ("algorithms", Text(issuer.Algorithms)),
        ("max_lifetime", Text(issuer.MaxLifetime)),
        ("grant_lifetime", issuer.GrantLifetime is { } lifetime ? Text(lifetime) : ""),
        ("access_token_types", Text(issuer.AccessTokenTypes)),
        ("subject_prefix", issuer.SubjectPrefix),
        ("saml", issuer.Saml is { } saml ? $"{saml.NameIdFormat} with {Text(saml.Scopes.Values)}, attributes {Text(saml.Attributes.Select(one => $"{one.Key}={one.Value}"))}, recipients {Text(saml.Recipients)}" : ""),
    ];

    /// <summary>Which secret it is nobody should read here, only whether there is one.</summary>
    private static IEnumerable<(string What, string Value)> Of(Service service) =>
    [
        ("audience", service.Audience),
        ("domain", service.Domain),
        ("resources", Text(service.Resources)),
        ("scopes", Text(service.Scopes.Values)),
        ("grants", GrantNames.Listed(service.Grants)),
        ("credentials", Text(
        [
            .. service.Credentials.SecretHashes.IsEmpty ? (string[])[] : ["secrets"],
            .. service.Credentials.KeySet is { } keys ? (string[])[KeysOf(keys)] : [],
            .. service.Credentials.Certificate is { } certificate ? (string[])[CertificateOf(certificate)] : [],
        ])),
        ("dpop", service.DpopRequired ? "required" : ""),
        ("certificate_binding", service.CertificateBindingRequired ? "required" : ""),
        ("token_format", service.TokenFormat.ToString()),
        ("signing_algorithm", service.SigningAlgorithm),
        ("authorization_details_types", Text(service.AuthorizationDetailsTypes)),
    ];

    private static string KeysOf(KeySetSource keys) => keys.DiscoveryIssuer is not null ? "by discovery" : keys.JwksUri?.ToString() ?? keys.File
        ?? $"keys in the policy (SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(keys.Inline!)).AsSpan(0, 8))}…)";

    private static string CertificateOf(CertificateCredential certificate) => certificate switch
    {
        CertificateCredential.Issued issued => $"a certificate of {issued.Authority.Name} for {issued.Name.Value}",
        CertificateCredential.Named named => $"a certificate with {Text(named.Thumbprints)}",
        _ => "a certificate among its keys",
    };

    internal static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");

    internal static string Text(IEnumerable<string> values) => string.Join(", ", values.Order(StringComparer.Ordinal));
}
