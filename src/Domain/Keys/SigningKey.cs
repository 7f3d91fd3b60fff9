using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.Keys;

/// <summary>A private key with its id and one algorithm.</summary>
public sealed record SigningKey(string KeyId, string Algorithm, SigningCredentials Credentials)
{
    // The default encoder writes the plus of at+jwt as an escape, which simple readers compare unescaped.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Base64url of the JOSE header of every access token it signs (RFC 9068 section 2.1): <c>alg</c>, <c>kid</c>, <c>typ</c>.</summary>
    internal byte[] EncodedHeader { get; } = EncodeHeader(Algorithm, KeyId, "at+jwt");

    /// <summary>The same for something that isn't an access token.</summary>
    internal byte[] EncodeHeader(string type) => EncodeHeader(Algorithm, KeyId, type);

    /// <summary>Hides the key.</summary>
    public override string ToString() => $"SigningKey({KeyId})";

    private static byte[] EncodeHeader(string algorithm, string keyId, string type) => Base64Url.EncodeToUtf8(
        JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, kid = keyId, typ = type }, Options));
}
