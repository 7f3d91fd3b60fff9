using System.Globalization;
using System.Text;

namespace ExchangeCluster.Load.Driving;

/// <summary>One token request as it goes over the wire, made once: the driver must cost little beside the server.</summary>
internal static class HttpRequestBytes
{
    /// <param name="path">Absolute.</param>
    /// <param name="authorization">The header; null for none.</param>
    /// <param name="parameters">The form; a name may occur twice.</param>
    /// <param name="proof">The DPoP header; null for none.</param>
    public static byte[] Post(string path, string? authorization, IEnumerable<(string Name, string Value)> parameters, string? proof = null)
    {
        var body = string.Join('&', parameters.Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}"));
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n");
        if (authorization is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Authorization: {authorization}\r\n");
        }

        if (proof is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"DPoP: {proof}\r\n");
        }

        return Encoding.ASCII.GetBytes(head.Append("\r\n").Append(body).ToString());
    }

    /// <summary>The same request of another path.</summary>
    public static byte[] ToPath(byte[] request, string path)
    {
        var text = Encoding.ASCII.GetString(request);
        return Encoding.ASCII.GetBytes($"POST {path}{text[text.IndexOf(" HTTP/", StringComparison.Ordinal)..]}");
    }

    /// <summary><c>client_secret_basic</c> of names and secrets that need no encoding.</summary>
    public static string Basic(string client, string secret) => "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}"));
}
