using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.ClientAuthentication;

/// <summary><c>client_secret_basic</c>: HTTP Basic with form-encoded halves (RFC 6749 section 2.3.1, RFC 7617).</summary>
internal static class BasicCredentials
{
    private const string Scheme = "Basic ";

    /// <summary>Null for another scheme and for anything that is not exactly one encoded id and secret.</summary>
    public static ClientCredentials.Secret? Read(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || DecodeCanonical(authorization[Scheme.Length..].TrimStart(' ')) is not { } pair)
        {
            return null;
        }

        var colon = pair.IndexOf((byte)':');
        if (colon < 0)
        {
            return null;
        }

        // Both halves are form-encoded, so that a second colon can only come from a client that encodes nothing: its
        // secret would be read differently from what it means.
        var secretBytes = pair.AsSpan(colon + 1);
        return !secretBytes.Contains((byte)':')
            && FormEncoding.TryDecode(pair.AsSpan(0, colon), out var id) && id.Length > 0
            && FormEncoding.TryDecode(secretBytes, out var secret) && secret.Length > 0
            ? new ClientCredentials.Secret(id, new SensitiveText(secret))
            : null;
    }

    // The decoder of the base class library forgives white space and unused bits; only the canonical form survives the
    // round trip.
    private static byte[]? DecodeCanonical(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length)
            && string.Equals(Convert.ToBase64String(bytes, 0, length), base64, StringComparison.Ordinal)
            ? bytes[..length]
            : null;
    }
}
