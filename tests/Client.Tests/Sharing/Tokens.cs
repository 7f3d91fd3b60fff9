using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;

namespace ExchangeCluster.Client.Tests.Sharing;

/// <summary>Incoming tokens.</summary>
internal static class Tokens
{
    private static readonly TestKey Key = TestKey.Create();

    /// <param name="subject">Makes it differ from others.</param>
    /// <param name="expiresAt">Null: without <c>exp</c>.</param>
    /// <param name="audience">A string, or an array.</param>
    /// <param name="embedded">Target and token.</param>
    public static SensitiveText Of(
        string subject, DateTimeOffset? expiresAt, JsonNode? audience = null, (string Target, SensitiveText Token)? embedded = null)
    {
        var claims = new JsonObject { ["sub"] = subject, ["aud"] = audience ?? "https://shop.example" };
        if (expiresAt is { } end)
        {
            claims["exp"] = end.ToUnixTimeSeconds();
        }

        if (embedded is { } entry)
        {
            claims["embedded_tokens"] = new JsonObject { [entry.Target] = new JsonObject { ["token"] = entry.Token.Reveal() } };
        }

        return new SensitiveText(TestJws.Sign("""{"alg":"ES256","typ":"at+jwt"}""", claims.ToJsonString(), Key));
    }
}
