using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group T over HTTP: headers that choose how they are verified, and signatures that are none.</summary>
[Collection<ShopCollection>]
public sealed class TokenHeaderTests(Shop shop)
{
    private static readonly TestKey Attacker = TestKey.Create("ES256", "login-ec");

    private static readonly Dictionary<string, Func<ShopParties, string>> Table = new()
    {
        ["T1 none, unsigned"] = parties => Unsigned(parties, "none"),
        ["T1 NoNe, unsigned"] = parties => Unsigned(parties, "NoNe"),
        ["T1 none, signed"] = parties => TokenRefusals.WithHeader(parties, "alg", "\"none\""),
        ["T1 empty, signed"] = parties => TokenRefusals.WithHeader(parties, "alg", "\"\""),
        ["T2 PEM"] = parties => Hmac(parties, key => Encoding.UTF8.GetBytes(key.PublicPem())),
        ["T2 DER"] = parties => Hmac(parties, key => key.PublicDer()),
        ["T2 JWK"] = parties => Hmac(parties, key => Encoding.UTF8.GetBytes(key.PublicJwk().ToJsonString())),
        ["T2 n"] = parties => Hmac(parties, key => Base64Url.DecodeFromChars((string)key.PublicJwk()["n"]!)),
        ["T2 empty"] = parties => Hmac(parties, _ => []),
        ["T3 other padding than the key's"] = parties => parties.SubjectToken(key: Rsa(parties).As(algorithm: "PS256")),
        ["T3 other digest than the key's"] = parties => parties.SubjectToken(key: Rsa(parties).As(algorithm: "RS512")),
        ["T3 key of another kind"] = parties => TokenRefusals.WithHeader(parties, "kid", "\"login-rsa\""),
        ["T3 unknown"] = parties => TokenRefusals.WithHeader(parties, "alg", "\"ES256K\""),
        ["T3 a number"] = parties => TokenRefusals.WithHeader(parties, "alg", "256"),
        ["T3 missing"] = parties => parties.SubjectToken(header: header => header.Remove("alg")),
        ["T4 jwk"] = parties => TokenRefusals.WithHeader(parties, "jwk", Attacker.PublicJwk().ToJsonString(), Attacker),
        ["T4 jwk that is the issuer's"] = parties => TokenRefusals.WithHeader(parties, "jwk", parties.Login.Key.PublicJwk().ToJsonString()),
        ["T4 x5c"] = parties => TokenRefusals.WithHeader(parties, "x5c", $"[\"{Convert.ToBase64String(Attacker.PublicDer())}\"]", Attacker),
        ["T6 traversal"] = parties => WithKeyId(parties, "../../../../dev/null"),
        ["T6 SQL"] = parties => WithKeyId(parties, "' OR '1'='1"),
        ["T6 CRLF"] = parties => WithKeyId(parties, "login-ec\r\nSet-Cookie: a=b"),
        ["T6 Redis command"] = parties => WithKeyId(parties, "*1\r\n$8\r\nFLUSHALL\r\n"),
        ["T6 near miss"] = parties => WithKeyId(parties, "login-eC"),
        ["T6 near miss, space"] = parties => WithKeyId(parties, "login-ec "),
        ["T6 near miss, NUL"] = parties => WithKeyId(parties, "login-ec\0"),
        ["T6 number"] = parties => TokenRefusals.WithHeader(parties, "kid", "1"),
        ["T6 array"] = parties => TokenRefusals.WithHeader(parties, "kid", "[\"login-ec\"]"),
        ["T6 long"] = parties => WithKeyId(parties, new string('k', 5_000)),
        ["T7 zero"] = parties => WithSignature(parties, _ => new byte[64]),
        ["T7 r and s of all ones"] = parties => WithSignature(parties, _ => [.. Enumerable.Repeat((byte)0xFF, 64)]),
        ["T7 short"] = parties => WithSignature(parties, signature => signature[..63]),
        ["T7 long"] = parties => WithSignature(parties, signature => [.. signature, 0]),
        ["T7 r and s swapped"] = parties => WithSignature(parties, signature => [.. signature[32..], .. signature[..32]]),
        ["T7 DER"] = parties => WithSignature(parties, signature => [0x30, 0x44, 0x02, 0x20, .. signature[..32], 0x02, 0x20, .. signature[32..]]),
        ["T7 none"] = parties => WithSignature(parties, _ => []),
        ["T8 a flipped bit"] = parties => WithSignature(parties, signature => [(byte)(signature[0] ^ 1), .. signature[1..]], Rsa(parties)),
        ["T8 a leading zero"] = parties => WithSignature(parties, signature => [0, .. signature], Rsa(parties)),
        ["T8 PSS under the name of PKCS#1"] = parties => parties.SubjectToken(
            key: Rsa(parties).As(algorithm: "PS256"), header: header => header["alg"] = "RS256"),
        ["T8 another digest under this name"] = parties => parties.SubjectToken(
            key: Rsa(parties).As(algorithm: "RS512"), header: header => header["alg"] = "RS256"),
        ["T10 another token's signature"] = parties => TestJws.WithSignature(
            parties.SubjectToken(subject: "admin"), TestJws.Part(parties.SubjectToken(), 2)),
        ["T10 a stranger's signature"] = parties => parties.SubjectToken(key: Attacker),
        ["T23 unknown"] = parties => TokenRefusals.WithHeader(parties, "crit", """["urn:example:unknown"]"""),
        ["T23 known name"] = parties => TokenRefusals.WithHeader(parties, "crit", """["kid"]"""),
        ["T23 empty"] = parties => TokenRefusals.WithHeader(parties, "crit", "[]"),
        ["T23 malformed"] = parties => TokenRefusals.WithHeader(parties, "crit", "\"exp\""),
        ["T23 null"] = parties => TokenRefusals.WithHeader(parties, "crit", "null"),
        ["T23 b64"] = parties => parties.SubjectToken(header: header => (header["b64"], header["crit"]) = (false, new JsonArray("b64"))),
        ["T23 b64 alone"] = parties => TokenRefusals.WithHeader(parties, "b64", "false"),
        ["T24 logout token"] = parties => parties.SubjectToken(typ: "logout+jwt"),
        ["T24 DPoP proof"] = parties => parties.SubjectToken(typ: "dpop+jwt"),
        ["T24 security event"] = parties => parties.SubjectToken(typ: "application/secevent+jwt"),
        ["T24 client assertion"] = parties => parties.SubjectToken(typ: "client-authentication+jwt"),
        ["T24 a number"] = parties => TokenRefusals.WithHeader(parties, "typ", "1"),
        ["T24 ID token"] = parties => parties.SubjectToken(typ: "JWT", claims: claims => claims["nonce"] = "n"),
        ["T25 nested"] = parties => TokenRefusals.Of(parties, parties.SubjectToken(), TokenRefusals.HeaderWith(",\"cty\":\"JWT\"")),
        ["T25 named as nested"] = parties => TokenRefusals.WithHeader(parties, "cty", "\"application/jwt\""),
        ["T25 nested as text"] = parties => TokenRefusals.Of(parties, $"\"{parties.SubjectToken()}\""),
        ["T25 compressed"] = parties => TokenRefusals.WithHeader(parties, "zip", "\"DEF\""),
    };

    public static TheoryData<string> Faults => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_T_Refuses_with_the_common_answer(string fault) =>
        await shop.RefusesSubjectTokenAsync(Table[fault](shop.Parties));

    [Fact]
    public async Task Accepts_the_tokens_that_the_faults_are_made_of()
    {
        await shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(key: Rsa(shop.Parties)));
        await shop.IssueAsync(subjectToken: TokenRefusals.Of(shop.Parties, TokenRefusals.ClaimsWith()));
        await shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(typ: "application/at+jwt"));
    }

    private static TestKey Rsa(ShopParties parties) => parties.Login.Keys.Single(key => key.Algorithm == "RS256");

    private static string Unsigned(ShopParties parties, string algorithm)
    {
        var token = TokenRefusals.WithHeader(parties, "alg", $"\"{algorithm}\"");
        return token[..(token.LastIndexOf('.') + 1)];
    }

    private static string WithKeyId(ShopParties parties, string keyId) => parties.SubjectToken(header: header => header["kid"] = keyId);

    private static string Hmac(ShopParties parties, Func<TestKey, byte[]> secret)
    {
        var token = parties.SubjectToken(header: header => (header["alg"], header["kid"]) = ("HS256", "login-rsa"));
        var input = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
        return TestJws.WithSignature(token, HMACSHA256.HashData(secret(Rsa(parties)), input));
    }

    private static string WithSignature(ShopParties parties, Func<byte[], byte[]> edit, TestKey? key = null)
    {
        var token = parties.SubjectToken(key: key);
        return TestJws.WithSignature(token, edit(TestJws.Part(token, 2)));
    }
}
