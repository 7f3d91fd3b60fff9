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
    internal byte[] EncodedHeader { get; } = Encode(Algorithm, KeyId, "at+jwt");

    /// <summary>That of an authorization grant (draft-ietf-oauth-rfc7523bis).</summary>
    internal byte[] EncodedGrantHeader { get; } = Encode(Algorithm, KeyId, "authorization-grant+jwt");

    /// <summary>Hides the key.</summary>
    public override string ToString() => $"SigningKey({KeyId})";

    private static byte[] Encode(string alg, string kid, string typ) =>
        Base64Url.EncodeToUtf8(JsonSerializer.SerializeToUtf8Bytes(new { alg, kid, typ }, Options));
}
