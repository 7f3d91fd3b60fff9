using System.Buffers.Text;
using System.Text;

namespace ExchangeCluster.TestKit;

/// <summary>Compact JWS from arbitrary bytes: the signature is right whatever the parts are.</summary>
public static class TestJws
{
    public static string Sign(string headerJson, string payloadJson, TestKey key) =>
        Sign(Encoding.UTF8.GetBytes(headerJson), Encoding.UTF8.GetBytes(payloadJson), key);

    public static string Sign(byte[] header, byte[] payload, TestKey key) =>
        SignParts(Base64Url.EncodeToString(header), Base64Url.EncodeToString(payload), key);

    /// <summary>Signs two parts that may be anything but base64url.</summary>
    public static string SignParts(string headerPart, string payloadPart, TestKey key)
    {
        var input = headerPart + "." + payloadPart;
        return input + "." + Base64Url.EncodeToString(key.Sign(Encoding.UTF8.GetBytes(input)));
    }

    /// <summary>The decoded bytes of a part: 0 header, 1 payload, 2 signature.</summary>
    public static byte[] Part(string token, int index) => Base64Url.DecodeFromChars(token.Split('.')[index]);

    /// <summary>The same token with another signature.</summary>
    public static string WithSignature(string token, byte[] signature) =>
        token[..(token.LastIndexOf('.') + 1)] + Base64Url.EncodeToString(signature);
}
