using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Tool.Graphs;

/// <summary>What a picture of a policy shows.</summary>
/// <param name="Nodes">Trusted issuers first, then services by name.</param>
/// <param name="Lines">By client and target.</param>
internal sealed record Mesh(ImmutableArray<MeshNode> Nodes, ImmutableArray<MeshLine> Lines)
{
    public static Mesh Of(PolicySnapshot policy)
    {
        var services = policy.Services.Values.OrderBy(service => service.Name, StringComparer.Ordinal).ToList();
        var issuers = policy.TrustedIssuers.Values.OrderBy(issuer => issuer.Issuer, StringComparer.Ordinal).ToList();
        return new Mesh(
            [
                .. issuers.Select(issuer => new MeshNode(issuer.Issuer, null, IsIssuer: true)),
                .. services.Select(service => new MeshNode(service.Name, service.Domain, IsIssuer: false)),
            ],
            [
                .. from issuer in issuers
                   from service in services
                   where issuer.Audiences.Contains(service.Audience)
                   select new MeshLine(issuer.Issuer, service.Name, Line.Login, []),
                .. policy.Rules.OrderBy(edge => edge.Key.Client, StringComparer.Ordinal).ThenBy(edge => edge.Key.Target, StringComparer.Ordinal)
                    .Select(edge => LineOf(policy, edge.Key, edge.Value)),
            ]);
    }

    private static MeshLine LineOf(PolicySnapshot policy, Edge edge, ImmutableArray<AcceptRule> rules)
    {
        var outcome = policy.Sharing.Of(edge.Client).First(planned => planned.Target == edge.Target).Outcome;
        var isOwn = rules.All(rule => rule.Grants == Grants.ClientCredentials);
        return new MeshLine(
            edge.Client,
            edge.Target,
            outcome switch
            {
                _ when isOwn => Line.Own,
                SharingOutcome.Embed => Line.Embed,
                SharingOutcome.Reuse => Line.Reuse,
                _ => Line.Exchange,
            },
            [.. rules.SelectMany(rule => rule.Scopes.Values.Concat(rule.Elevate.Keys.Select(scope => "↑" + scope))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }
}

/// <param name="Name">An issuer or a service.</param>
/// <param name="Domain">Null for issuers.</param>
/// <param name="IsIssuer">Whether it is a trusted issuer.</param>
internal sealed record MeshNode(string Name, string? Domain, bool IsIssuer);

/// <summary>How the token comes there.</summary>
internal enum Line
{
    Login,
    Exchange,
    Embed,
    Reuse,

    /// <summary>The client's own token.</summary>
    Own,
}

/// <param name="From">Who calls.</param>
/// <param name="To">Who is called.</param>
/// <param name="Kind">How the token comes there.</param>
/// <param name="Scopes">What it can hold; elevated ones begin with an arrow.</param>
internal sealed record MeshLine(string From, string To, Line Kind, ImmutableArray<string> Scopes)
{
    /// <summary>What stands beside the line.</summary>
    public string Label => string.Join(' ', Kind is Line.Login ? ["login"] : [.. Kind == Line.Exchange ? (string[])[] : [$"[{Kind.ToString().ToLowerInvariant()}]"], .. Scopes]);
}
