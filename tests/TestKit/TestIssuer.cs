using System.Text.Json.Nodes;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.TestKit;

/// <summary>A token issuer in a variable: its keys, its JWK Set, and tokens good and bad.</summary>
/// <param name="issuer">Its <c>iss</c>.</param>
/// <param name="keys">Its keys; none: one ES256 key.</param>
public sealed class TestIssuer(string issuer, params IEnumerable<TestKey> keys)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(5);

    public string Issuer { get; } = issuer;

    public IReadOnlyList<TestKey> Keys { get; } = keys.DefaultIfEmpty(TestKey.Create()).ToArray();

    /// <summary>The first key: it signs unless a test names another.</summary>
    public TestKey Key => Keys[0];

    /// <summary>The public JWK Set (RFC 7517).</summary>
    public string Jwks => new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(key => key.PublicJwk())]) }.ToJsonString();

    /// <summary>The set as a silo would hold it; fresh for an hour unless told otherwise.</summary>
    public KeySet KeySet(DateTimeOffset fetchedAt, TimeSpan? maxAge = null) =>
        KeySetReader.Read(Jwks, fetchedAt, maxAge ?? TimeSpan.FromHours(1));

    /// <summary>
    /// A signed JWT. <paramref name="claims"/> and <paramref name="header"/> edit what would otherwise be signed:
    /// <c>claims: c => c["country"] = "NO"</c>, <c>claims: c => c.Remove("sub")</c>.
    /// </summary>
    public string Token(
        DateTimeOffset now,
        string subject = "alice",
        string audience = "https://web.shop.example",
        string? scope = "browse",
        TimeSpan? lifetime = null,
        string? typ = "at+jwt",
        string? clientId = null,
        TestKey? key = null,
        Action<JsonObject>? claims = null,
        Action<JsonObject>? header = null)
    {
        key ??= Key;
        return TestJws.Sign(
            Header(typ, key, header).ToJsonString(),
            Claims(now, subject, audience, scope, lifetime, clientId, claims).ToJsonString(),
            key);
    }

    /// <summary>Signs any two texts with the first key, or another.</summary>
    public string SignRaw(string headerJson, string payloadJson, TestKey? key = null) =>
        TestJws.Sign(headerJson, payloadJson, key ?? Key);

    /// <summary>A <c>private_key_jwt</c> assertion (RFC 7523) in which this issuer is the client.</summary>
    public string Assertion(
        DateTimeOffset now, string audience, TimeSpan? lifetime = null, TestKey? key = null, Action<JsonObject>? claims = null) =>
        Token(now, Issuer, audience, scope: null, lifetime ?? TimeSpan.FromMinutes(1), typ: "JWT", key: key, claims: claims);

    private static JsonObject Header(string? typ, TestKey key, Action<JsonObject>? edit)
    {
        var header = new JsonObject { ["alg"] = key.Algorithm, ["kid"] = key.KeyId };
        if (typ is not null)
        {
            header["typ"] = typ;
        }

        edit?.Invoke(header);
        return header;
    }

    private JsonObject Claims(
        DateTimeOffset now, string subject, string audience, string? scope, TimeSpan? lifetime, string? clientId, Action<JsonObject>? edit)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = subject,
            ["aud"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.Add(lifetime ?? DefaultLifetime).ToUnixTimeSeconds(),
            ["jti"] = Guid.CreateVersion7(now).ToString("N"),
        };
        if (scope is not null)
        {
            claims["scope"] = scope;
        }

        if (clientId is not null)
        {
            claims["client_id"] = clientId;
        }

        edit?.Invoke(claims);
        return claims;
    }
}
