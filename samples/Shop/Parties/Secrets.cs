using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Samples.Shop.Parties;

/// <summary>A new secret for each client in each run, and its hash for the policy.</summary>
internal sealed partial class Secrets
{
    private readonly Dictionary<string, string> secrets = new(StringComparer.Ordinal);

    public string Of(string client) => secrets.TryGetValue(client, out var secret)
        ? secret
        : secrets[client] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    /// <summary>Fills in <c>{{hash:client}}</c>.</summary>
    public string FillIn(string policy) => Placeholder().Replace(policy, match => HashOf(match.Groups["client"].Value));

    private string HashOf(string client)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(Of(client)));
        return $"hmac-sha256:{Base64UrlEncoder.Encode(salt)}:{Base64UrlEncoder.Encode(hash)}";
    }

    [GeneratedRegex(@"\{\{hash:(?<client>[a-z-]+)\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
