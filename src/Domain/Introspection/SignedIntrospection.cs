using System.Buffers;
using System.Text.Json;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;

namespace ExchangeCluster.Domain.Introspection;

/// <summary>
/// An introspection response that is signed (RFC 9701 section 5), for callers that have to prove later what they were told.
/// Its <c>typ</c> and its nested shape keep it from being taken for a token.
/// </summary>
public static class SignedIntrospection
{
    /// <summary>The media type is <c>application/</c> before this.</summary>
    public const string Type = "token-introspection+jwt";

    /// <param name="response">What the caller learns.</param>
    /// <param name="issuer">Our issuer identifier.</param>
    /// <param name="caller">The client that asked: the only one it is meant for.</param>
    /// <param name="key">Signs now.</param>
    /// <param name="now">The time of the answer.</param>
    public static string Sign(IntrospectionResponse response, string issuer, string caller, SigningKey key, DateTimeOffset now)
    {
        var payload = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString("iss", issuer);
            json.WriteString("aud", caller);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WritePropertyName("token_introspection");
            response.WriteTo(json);
            json.WriteEndObject();
        }

        return JwtSigner.Sign(payload.WrittenSpan, key, key.EncodeHeader(Type));
    }
}
