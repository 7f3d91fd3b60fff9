using System.Text.Json;
using ExchangeCluster.TestKit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>An issued token, taken apart; <see cref="TokenClient"/> has verified its signature against the published keys.</summary>
public sealed class IssuedJwt(string token)
{
    public string Token { get; } = token;

    public JsonElement Header { get; } = JsonElement.Parse(TestJws.Part(token, 0));

    public JsonElement Claims { get; } = JsonElement.Parse(TestJws.Part(token, 1));

    public string KeyId => Header.GetProperty("kid").GetString()!;

    public string Subject => Text("sub");

    public string JwtId => Text("jti");

    public DateTimeOffset ExpiresAt => DateTimeOffset.FromUnixTimeSeconds(Claims.GetProperty("exp").GetInt64());

    public DateTimeOffset IssuedAt => DateTimeOffset.FromUnixTimeSeconds(Claims.GetProperty("iat").GetInt64());

    /// <summary>In ordinal order.</summary>
    public string[] Audiences => [.. (Claims.GetProperty("aud") is { ValueKind: JsonValueKind.Array } several
        ? several.EnumerateArray().Select(audience => audience.GetString()!)
        : [Text("aud")]).Order(StringComparer.Ordinal)];

    /// <summary>In ordinal order; empty when the claim is absent.</summary>
    public string[] Scopes => Claims.TryGetProperty("scope", out var scope)
        ? [.. scope.GetString()!.Split(' ').Order(StringComparer.Ordinal)]
        : [];

    public string[] ClaimNames => [.. Claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal)];

    public bool Has(string claim) => Claims.TryGetProperty(claim, out _);

    public string Text(string claim) => Claims.GetProperty(claim).GetString()!;
}
