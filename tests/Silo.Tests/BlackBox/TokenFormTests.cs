using System.Buffers.Text;
using System.Net;
using System.Text;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group T over HTTP: texts that are no compact JWS of a strict JSON object, although some are signed well.</summary>
[Collection<ShopCollection>]
public sealed class TokenFormTests(Shop shop)
{
    private static readonly Dictionary<string, Func<ShopParties, string>> Table = new()
    {
        ["T9 padding"] = parties => parties.SubjectToken() + "=",
        ["T9 white space"] = parties => " " + parties.SubjectToken(),
        ["T9 line break"] = parties => parties.SubjectToken() + "\n",
        ["T9 white space within"] = parties => parties.SubjectToken().Insert(10, "\t"),
        ["T9 full-width dot"] = parties => parties.SubjectToken().Replace('.', '\uff0e'),
        ["T9 zero-width space"] = parties => parties.SubjectToken() + "\u200b",
        ["T9 alphabet of base64"] = WithPlainBase64,
        ["T9 padding, signed"] = parties => SignedAsIs(parties, Encode(TokenRefusals.ClaimsWith()) + "="),
        ["T9 line break, signed"] = parties => SignedAsIs(parties, Encode(TokenRefusals.ClaimsWith()).Insert(7, "\n")),
        ["T9 unused bits, signed"] = WithUnusedBits,
        ["T10 truncated"] = parties => parties.SubjectToken()[..^4],
        ["T10 extended"] = parties => parties.SubjectToken() + "AAAA",
        ["T10 two tokens"] = parties => parties.SubjectToken() + parties.SubjectToken(),
        ["T10 two tokens, comma"] = parties => $"{parties.SubjectToken()},{parties.SubjectToken()}",
        ["T11 one part"] = parties => parties.SubjectToken().Split('.')[0],
        ["T11 two parts"] = parties => string.Join('.', parties.SubjectToken().Split('.')[..2]),
        ["T11 four parts"] = parties => parties.SubjectToken() + ".",
        ["T11 five parts"] = parties => parties.SubjectToken() + ".AA.AA",
        ["T11 JSON serialisation"] = ToJson,
        ["T11 hybrid"] = parties => $$"""{"a":".{{parties.SubjectToken()}}."}""",
        ["T12 dots"] = _ => new string('.', TokenExchangeRequest.MaxTokenLength),
        ["T21 the same value"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(",\"sub\":\"alice\"")),
        ["T21 another value"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(",\"sub\":\"admin\"")),
        ["T21 escaped"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(",\"\\u0073ub\":\"admin\"")),
        ["T21 deep"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(",\"x\":[{\"y\":1,\"y\":2}]")),
        ["T21 header"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(), TokenRefusals.HeaderWith(",\"\\u0061lg\":\"none\"")),
        ["T22 array"] = parties => TokenRefusals.Of(parties, $"[{TokenRefusals.ClaimsWith()}]"),
        ["T22 null"] = parties => TokenRefusals.Of(parties, "null"),
        ["T22 nothing"] = parties => TokenRefusals.Of(parties, ""),
        ["T22 trailing text"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith() + "x"),
        ["T22 second object"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith() + "{}"),
        ["T22 trailing comma"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(",")),
        ["T22 comment"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith("/* comment */")),
        ["T22 byte order mark"] = parties => TokenRefusals.Of(parties, "\ufeff" + TokenRefusals.ClaimsWith()),
        ["T22 lone surrogate"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(",\"x\":\"\\ud800\"")),
        ["T22 UTF-16"] = parties => TestJws.Sign(
            Encoding.UTF8.GetBytes(TokenRefusals.Header), Encoding.Unicode.GetBytes(TokenRefusals.ClaimsWith()), parties.Login.Key),
        ["T22 Latin-1"] = parties => TestJws.Sign(
            Encoding.UTF8.GetBytes(TokenRefusals.Header), Encoding.Latin1.GetBytes(TokenRefusals.ClaimsWith(",\"x\":\"\u00e9\"")), parties.Login.Key),
        ["T22 header that is an array"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(), $"[{TokenRefusals.Header}]"),
        ["T26 JWE around none"] = _ => Jwe("""{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT"}""", Encode("{\"alg\":\"none\"}") + Encode(TokenRefusals.ClaimsWith())),
        ["T26 JWE around claims"] = _ => Jwe("""{"alg":"dir","enc":"A128CBC-HS256"}""", Encode(TokenRefusals.ClaimsWith())),
        ["T27 costly key derivation"] = _ => Jwe("""{"alg":"PBES2-HS256+A128KW","p2c":2147483647,"p2s":"AAAA","enc":"A256GCM"}""", "AAAA"),
        ["T27 zip bomb"] = _ => Jwe("""{"alg":"dir","enc":"A256GCM","zip":"DEF"}""", Encode(new string('0', 8_000))),
        ["T27 three parts that say so"] = parties => TokenRefusals.Of(
            parties, TokenRefusals.ClaimsWith(), """{"alg":"PBES2-HS256+A128KW","p2c":2147483647,"p2s":"AAAA","enc":"A256GCM"}"""),
        ["T30 deep"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith($",\"x\":{new string('[', 5_000)}{new string(']', 5_000)}")),
        ["T30 deep and open"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith($",\"x\":{new string('[', 11_000)}")),
        ["T30 wide"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(string.Concat(Enumerable.Range(0, 1200).Select(i => $",\"{i}\":1")))),
        ["T30 long number"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith($",\"x\":{new string('9', 5_000)}")),
    };

    public static TheoryData<string> Faults => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_T_Refuses_with_the_common_answer(string fault) =>
        await shop.RefusesSubjectTokenAsync(Table[fault](shop.Parties));

    [Theory]
    [InlineData(TokenExchangeRequest.MaxTokenLength + 1, HttpStatusCode.BadRequest)]
    [InlineData(64 * 1024, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(300 * 1024, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Fault_T12_Refuses_texts_beyond_every_size(int length, HttpStatusCode status)
    {
        var tooLong = TokenRefusals.With(shop.Parties, "filler", $"\"{new string('x', length)}\"")[..length];
        foreach (var token in new[] { new string('.', length), tooLong })
        {
            var answer = await shop.ExchangeAsync(subjectToken: token);

            Assert.Equal(status, answer.Status);
            Assert.Equal(ErrorCodes.InvalidRequest, answer.Error);
        }

        await shop.IssueAsync();
    }

    [Fact]
    public async Task Fault_T12_Accepts_a_long_token_within_the_limit() =>
        await shop.IssueAsync(subjectToken: TokenRefusals.With(shop.Parties, "filler", $"\"{new string('x', 11_000)}\""));

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Jwe(string header, string ciphertext) => $"{Encode(header)}.AAAA.AAAA.{ciphertext}.AAAA";

    private static string SignedAsIs(ShopParties parties, string payloadPart) =>
        TestJws.SignParts(Encode(TokenRefusals.Header), payloadPart, parties.Login.Key);

    private static string WithPlainBase64(ShopParties parties)
    {
        // A payload that needs the two characters in which base64 and base64url differ.
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes(TokenRefusals.ClaimsWith(",\"x\":\"???>>>~~~\u00ff\u00fe\"")));
        Assert.Contains('/', plain);
        return SignedAsIs(parties, plain.TrimEnd('='));
    }

    private static string WithUnusedBits(ShopParties parties)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var payload = TokenRefusals.ClaimsWith();
        var part = Encode(payload.PadRight(payload.Length + (4 - (payload.Length % 3)) % 3));
        Assert.NotEqual(0, part.Length % 4);
        return SignedAsIs(parties, part[..^1] + alphabet[alphabet.IndexOf(part[^1], StringComparison.Ordinal) + 1]);
    }

    private static string ToJson(ShopParties parties)
    {
        var parts = parties.SubjectToken().Split('.');
        return $$"""{"payload":"{{parts[1]}}","protected":"{{parts[0]}}","signature":"{{parts[2]}}"}""";
    }
}
