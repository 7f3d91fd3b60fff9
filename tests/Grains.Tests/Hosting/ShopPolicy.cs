using System.Collections.Frozen;
using System.Collections.Immutable;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>web → orders, catalog; orders → catalog; robot, which signs assertions, → catalog.</summary>
internal static class ShopPolicy
{
    private static readonly ScopeSet Everything = ScopeSet.Of("browse", "orders.place");
    private static readonly ScopeSet Browse = ScopeSet.Of("browse");

    public static PolicySnapshot Create(string issuer, string login, string secret)
    {
        var byKeys = new ServiceCredentials { SecretHashes = [], KeySet = new KeySetSource(Inline: "{}") };
        var bySecret = new ServiceCredentials
        {
            SecretHashes = [ClientSecretHash.Of(new SensitiveText(secret))],
            KeySet = null,
        };
        Service[] services =
        [
            Service(Shop.Web, Everything, bySecret),
            Service(Shop.Orders, Everything, bySecret),
            Service(Shop.Catalog, Browse, bySecret),
            Service(Shop.Robot, Browse, byKeys),
        ];
        AcceptRule[] rules =
        [
            Rule(Shop.Web, Shop.Orders, Everything),
            Rule(Shop.Web, Shop.Catalog, Browse),
            Rule(Shop.Orders, Shop.Catalog, Browse),
            Rule(Shop.Robot, Shop.Catalog, Browse),
        ];
        return new PolicySnapshot
        {
            Revision = 1,
            Issuer = issuer,
            MaxLifetime = TimeSpan.FromMinutes(10),
            MaxActorDepth = 8,
            TrustedIssuers = new[] { Trusted(login) }.ToFrozenDictionary(trusted => trusted.Issuer, StringComparer.Ordinal),
            Services = services.ToFrozenDictionary(service => service.Name, StringComparer.Ordinal),
            ServicesByAudience = services
                .SelectMany(service => new[] { (Key: service.Name, service), (Key: service.Audience, service) })
                .ToFrozenDictionary(pair => pair.Key, pair => pair.service, StringComparer.Ordinal),
            ServicesByResource = services.ToFrozenDictionary(service => service.Audience, StringComparer.Ordinal),
            Rules = rules.GroupBy(rule => new Edge(rule.From, rule.Target))
                .ToFrozenDictionary(edge => edge.Key, edge => edge.ToImmutableArray()),
            LongestAcceptedLifetime = TimeSpan.FromHours(1),
        };
    }

    private static TrustedIssuer Trusted(string login) => new()
    {
        Issuer = login,
        Keys = new KeySetSource(DiscoveryIssuer: login),
        Algorithms = [SecurityAlgorithms.EcdsaSha256],
        Audiences = [Shop.AudienceOf(Shop.Web), Shop.AudienceOf(Shop.Orders), Shop.AudienceOf(Shop.Robot)],
        MaxLifetime = TimeSpan.FromHours(1),
        AccessTokenTypes = ["at+jwt"],
        SubjectPrefix = string.Empty,
    };

    private static Service Service(string name, ScopeSet scopes, ServiceCredentials credentials) => new()
    {
        Name = name,
        Domain = "shop",
        Audience = Shop.AudienceOf(name),
        Scopes = scopes,
        Credentials = credentials,
        Grants = Grants.All,
        SigningAlgorithm = SecurityAlgorithms.EcdsaSha256,
    };

    private static AcceptRule Rule(string from, string target, ScopeSet scopes) => new()
    {
        Name = $"{target}/accepts[{from}]",
        From = from,
        Target = target,
        When = RuleConditions.None,
        Scopes = scopes,
        Elevate = FrozenDictionary<string, string>.Empty,
        Through = [],
        Claims = [],
        PairwiseSubject = false,
        Lifetime = TimeSpan.FromMinutes(5),
        RefreshLifetime = from == Shop.Web ? TimeSpan.FromDays(1) : null,
        Share = ShareStrategy.Exchange,
    };
}
