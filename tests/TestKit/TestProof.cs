using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ExchangeCluster.TestKit;

/// <summary>DPoP proofs (RFC 9449 section 4.2), made with the base class library alone.</summary>
public static class TestProof
{
    /// <summary>A good proof, but for the edits.</summary>
    public static string Of(
        TestKey key, string uri, DateTimeOffset now, Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var head = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = key.Algorithm, ["jwk"] = key.PublicJwk() };
        var payload = new JsonObject
        {
            ["jti"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            ["htm"] = "POST",
            ["htu"] = uri,
            ["iat"] = now.ToUnixTimeSeconds(),
        };
        header?.Invoke(head);
        claims?.Invoke(payload);
        return TestJws.Sign(head.ToJsonString(), payload.ToJsonString(), key);
    }

    /// <summary>What <c>ath</c> says of a token (RFC 9449 section 4.2).</summary>
    public static string HashOf(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    /// <summary>RFC 7638 section 3: the required members in lexicographic order.</summary>
    public static string Thumbprint(TestKey key)
    {
        var jwk = key.PublicJwk();
        var canonical = (string?)jwk["kty"] == "EC"
            ? $$"""{"crv":"{{jwk["crv"]}}","kty":"EC","x":"{{jwk["x"]}}","y":"{{jwk["y"]}}"}"""
            : $$"""{"e":"{{jwk["e"]}}","kty":"RSA","n":"{{jwk["n"]}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }
}
