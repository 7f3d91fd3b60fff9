using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Takes a token apart: exactly the three parts of a compact JWS in strict base64url, with a checked header and a strict
/// JSON object as payload. A JWE, the JSON serialisations and a nested JWS are not that. Every cost is bounded by
/// <see cref="TokenExchangeRequest.MaxTokenLength"/>.
/// </summary>
internal static class JwsReader
{
    /// <summary>Null and the token, or why it is refused.</summary>
    public static Refusal? Read(string token, out Jws? jws) => Read(token, ownKey: false, out jws, out _);

    /// <summary>The same for a proof of possession, whose header holds the key that signed it: an object, unchecked.</summary>
    public static Refusal? ReadWithKey(string proof, out Jws? jws, out JsonElement jwk)
    {
        if (Read(proof, ownKey: true, out jws, out var header) is { } refusal)
        {
            jwk = default;
            return refusal;
        }

        return header.TryGetProperty(JwsHeaderReader.JwkMember, out jwk) && jwk.ValueKind == JsonValueKind.Object
            ? null
            : Malformed("The header has no jwk.");
    }

    private static Refusal? Read(string token, bool ownKey, out Jws? jws, out JsonElement headerJson)
    {
        headerJson = default;
        jws = null;
        if (token.Length > TokenExchangeRequest.MaxTokenLength)
        {
            return Malformed("The token is too long.");
        }

        Span<Range> parts = stackalloc Range[4];
        if (token.AsSpan().Split(parts, '.') != 3)
        {
            return Malformed("The token does not have the three parts of a compact JWS.");
        }

        if (!StrictBase64Url.TryDecode(token.AsSpan()[parts[0]], out var headerOctets)
            || !StrictBase64Url.TryDecode(token.AsSpan()[parts[1]], out var payloadOctets)
            || !StrictBase64Url.TryDecode(token.AsSpan()[parts[2]], out var signature))
        {
            return Malformed("A part of the token is not strict base64url.");
        }

        if (!StrictJson.TryParseObject(headerOctets, out headerJson))
        {
            return Malformed("The header is not a strict JSON object.");
        }

        if (JwsHeaderReader.Read(headerJson, ownKey, out var header) is { } problem)
        {
            return new Refusal(RefusalReason.SubjectTokenHeaderRefused, problem);
        }

        if (!StrictJson.TryParseObject(payloadOctets, out var claims))
        {
            return Malformed("The payload is not a strict JSON object.");
        }

        jws = new Jws
        {
            Header = header,
            Claims = claims,
            Signature = signature,
            SigningInput = Encoding.ASCII.GetBytes(token, 0, parts[1].End.Value),
        };
        return null;
    }

    private static Refusal Malformed(string detail) => new(RefusalReason.SubjectTokenMalformed, detail);
}
