using System.Globalization;
using System.Text;
using ExchangeCluster.TestKit;

namespace ExchangeCluster.Benchmarks;

/// <summary>Policies of any size: every service may be asked by ten others.</summary>
internal static class LargePolicy
{
    public const int EdgesOfService = 10;

    public static readonly TestIssuer Login = new("https://login.shop.example");

    public static string Text(int services)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"revision: 1\nissuer: https://sts.shop.example\ntrusted_issuers:\n")
            .Append(CultureInfo.InvariantCulture, $"  - {{ issuer: {Login.Issuer}, jwks: {Login.Jwks}, audiences: [https://web.shop.example, {Audience(1)}], max_lifetime: 1h }}\nservices:\n");
        for (var target = 0; target < services; target++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  s{target}:\n    domain: d{target % 100}\n    audience: {Audience(target)}\n    scopes: [browse, orders.place]\n    accepts:\n");
            for (var edge = 1; edge <= EdgesOfService; edge++)
            {
                var from = (target + (edge * edge)) % services;
                text.Append(CultureInfo.InvariantCulture, $"      - {{ from: s{(from == target ? (target + 1) % services : from)}, scopes: [browse], when: {{ claims: {{ edge: e{edge} }} }} }}\n");
            }
        }

        return text.ToString();
    }

    public static string Audience(int service) => string.Create(CultureInfo.InvariantCulture, $"https://s{service}.shop.example");
}
