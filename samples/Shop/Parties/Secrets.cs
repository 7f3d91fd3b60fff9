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

    /// <summary>Replaces the hash of each client.</summary>
    public string FillIn(string policy)
    {
        var client = "";
        return string.Join('\n', policy.Split('\n').Select(line =>
        {
            client = Client().Match(line) is { Success: true } match ? match.Groups["name"].Value : client;
            return Hash().Replace(line, _ => HashOf(client));
        }));
    }

    private string HashOf(string client)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(Of(client)));
        return $"hmac-sha256:{Base64UrlEncoder.Encode(salt)}:{Base64UrlEncoder.Encode(hash)}";
    }

    [GeneratedRegex("^  (?<name>[a-z-]+):", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Client();

    [GeneratedRegex("hmac-sha256:[A-Za-z0-9_-]+:[A-Za-z0-9_-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Hash();
}
