using System.Buffers.Text;
using System.Text.Json;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Sharing;

/// <summary>
/// What a token says, read without checking it: the incoming one was checked by whoever lets requests in, and what is
/// inside it by whom it is sent to.
/// </summary>
internal readonly struct IncomingClaims
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonElement claims;

    private IncomingClaims(JsonElement claims) => this.claims = claims;

    /// <summary>Null when it is none: an opaque one can be exchanged only.</summary>
    public static IncomingClaims? Read(string token)
    {
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var last = token.LastIndexOf('.');
        if (first < 0 || last <= first + 1)
        {
            return null;
        }

        try
        {
            var payload = Base64Url.DecodeFromChars(token.AsSpan(first + 1, last - first - 1));
            var json = JsonElement.Parse(payload, Strict);
            return json.ValueKind == JsonValueKind.Object ? new IncomingClaims(json) : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Null when it is missing or no date.</summary>
    public DateTimeOffset? ExpiresAt =>
        claims.TryGetProperty("exp", out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var seconds) && seconds is > 0 and < 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    public bool IsFor(string audience) => claims.TryGetProperty("aud", out var value) && value.ValueKind switch
    {
        JsonValueKind.String => value.ValueEquals(audience),
        JsonValueKind.Array => value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(audience)),
        _ => false,
    };

    /// <summary>The token that it carries for this target; null when it carries none.</summary>
    public string? Embedded(string target) =>
        claims.TryGetProperty(EmbeddedTokens.ClaimName, out var map) && map.ValueKind == JsonValueKind.Object
        && map.TryGetProperty(target, out var entry) && entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty(EmbeddedTokens.TokenMember, out var token) && token.ValueKind == JsonValueKind.String
            ? token.GetString()
            : null;
}
