using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Revocations;

/// <summary>Finds what a request names. A name that nothing bears is a mistake: a typing error must not pass for a revocation.</summary>
internal static class RevocationTargets
{
    /// <summary>Exactly one of the results is set; a mistake says which member of the request is wrong.</summary>
    public static (RevocationTarget[]? Targets, string? Mistake) Find(RevocationRequest request, ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var (policy, secret) = (snapshot.Policy, snapshot.KeyRing.Secret);
        return request switch
        {
            RevocationRequest.Token token => Validate(token.Value, snapshot, now) is { } found
                ? ([RevocationTarget.Token(found.Handle)], null)
                : (null, "token is not one that is accepted now."),
            RevocationRequest.Subjects subjects => subjects.Pairs.All(pair => IsIssuer(policy, pair.Issuer))
                ? ([.. subjects.Pairs.Select(pair => RevocationTarget.Subject(pair.Issuer, pair.Subject, secret)).Distinct()], null)
                : (null, "subjects: an iss is no issuer of the policy."),
            RevocationRequest.Session session => IsIssuer(policy, session.Issuer)
                ? ([RevocationTarget.Session(session.Issuer, session.Id, secret)], null)
                : (null, "session: iss is no issuer of the policy."),
            RevocationRequest.Client client => policy.Services.ContainsKey(client.Name)
                ? ([RevocationTarget.Client(client.Name)], null)
                : (null, "client is no service of the policy."),
            RevocationRequest.FromIssuer from => IsIssuer(policy, from.Issuer)
                ? ([RevocationTarget.Issuer(from.Issuer)], null)
                : (null, "issuer is no issuer of the policy."),
            RevocationRequest.Edge edge => policy.Services.ContainsKey(edge.From) && policy.Services.ContainsKey(edge.To)
                ? ([RevocationTarget.Edge(edge.From, edge.To)], null)
                : (null, "edge: from or to is no service of the policy."),
            RevocationRequest.Everything => request.IsBlock
                ? (null, "block: everything can't be blocked, because nobody could lift that.")
                : ([RevocationTarget.All], null),
            _ => throw new InvalidOperationException($"Not a kind of request: {request.GetType()}."),
        };
    }

    private static bool IsIssuer(PolicySnapshot policy, string issuer) => issuer == policy.Issuer || policy.TrustedIssuers.ContainsKey(issuer);

    private static ValidatedToken? Validate(SensitiveText token, ClusterSnapshot snapshot, DateTimeOffset now)
    {
        string[] types = [TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt, TokenTypeIdentifiers.IdToken, TokenTypeIdentifiers.Saml2];
        return types
            .Select(type => SubjectTokenValidator.Validate(
                token.Reveal(), type, snapshot.Policy, snapshot.IssuerKeys, snapshot.KeyRing, now).Token)
            .FirstOrDefault(found => found is not null);
    }
}
