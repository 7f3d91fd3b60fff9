using System.Net.Http.Headers;
using System.Text;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Http;

/// <summary><c>client_secret_basic</c>.</summary>
internal static class BasicCredentials
{
    /// <summary>Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1), so a colon can't split them.</summary>
    public static AuthenticationHeaderValue Header(string clientId, SensitiveText secret) => new(
        "Basic",
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret.Reveal())}")));
}
