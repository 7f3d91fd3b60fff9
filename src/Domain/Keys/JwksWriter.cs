using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.Keys;

/// <summary>Writes the public JWK Set (RFC 7517 section 5): member by member, so that a private one can't slip in.</summary>
internal static class JwksWriter
{
    public static byte[] Write(IEnumerable<RingKey> keys)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in keys)
            {
                WriteKey(json, key);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteKey(Utf8JsonWriter json, RingKey key)
    {
        var jwk = key.PublicJwk;
        json.WriteStartObject();
        json.WriteString("kty", jwk.Kty);
        json.WriteString("use", "sig");
        json.WriteString("alg", key.Algorithm);
        json.WriteString("kid", key.KeyId);
        if (jwk.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve)
        {
            json.WriteString("crv", jwk.Crv);
            json.WriteString("x", jwk.X);
            json.WriteString("y", jwk.Y);
        }
        else
        {
            json.WriteString("n", jwk.N);
            json.WriteString("e", jwk.E);
        }

        json.WriteEndObject();
    }
}
