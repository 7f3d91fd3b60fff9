using System.Buffers.Text;
using System.Text;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>Group T: texts that are no compact JWS of a strict JSON object.</summary>
public sealed class FormFaultTests
{
    private const string Header = """{"alg":"ES256","kid":"es256","typ":"at+jwt"}""";

    /// <summary>Claims with a defect, signed well.</summary>
    public static TheoryData<string> BrokenObjects =>
    [
        "", " ", "null", "true", "1", "\"text\"", "[]", "[" + Scene.ClaimsText() + "]",
        Scene.ClaimsText() + "x", Scene.ClaimsText() + Scene.ClaimsText(), Scene.ClaimsText() + ",", Scene.ClaimsText() + "\0",
        Scene.ClaimsText()[..^1], Scene.ClaimsText(","), "\ufeff" + Scene.ClaimsText(), "// comment\n" + Scene.ClaimsText(),
        Scene.ClaimsText("/* comment */"), Scene.ClaimsText(",'x':1"), Scene.ClaimsText(",x:1"), Scene.ClaimsText(",\"x\":01"),
        Scene.ClaimsText(",\"x\":+1"), Scene.ClaimsText(",\"x\":.5"), Scene.ClaimsText(",\"x\":NaN"), Scene.ClaimsText(",\"x\":Infinity"),
        Scene.ClaimsText(",\"x\":0x1"), Scene.ClaimsText(",\"x\":\"a\nb\""), Scene.ClaimsText(",\"x\":\"\\x41\""),
        Scene.ClaimsText(",\"x\":\"\\ud800\""), Scene.ClaimsText(",\"x\":\"\\udc00\\ud800\""), Scene.ClaimsText(",\"\\ud800\":1"),
        Scene.ClaimsText(",\"x\":[{\"y\":\"\\udfff\"}]"), Scene.ClaimsText(",\"x\":\"\\u12\""),
    ];

    public static TheoryData<string> DuplicateMembers =>
    [
        ",\"sub\":\"bob\"", ",\"sub\":\"alice\"", ",\"\\u0073ub\":\"bob\"", ",\"\\u0073\\u0075\\u0062\":\"bob\"",
        ",\"x\":1,\"x\":1", ",\"x\":1,\"\\u0078\":2", ",\"act\":{\"sub\":\"a\",\"sub\":\"b\"}",
        ",\"x\":[{\"y\":{\"z\":1,\"\\u007a\":1}}]", ",\"\":1,\"\":2", ",\"exp\":99999999999",
    ];

    [Fact]
    public void Fault_T9_Refuses_other_spellings_of_base64url()
    {
        var token = Scene.TokenWith();
        var parts = token.Split('.');
        string[] spellings =
        [
            token + "=", token + "==", token + " ", token + "\n", " " + token, "\t" + token, token.Replace(".", ". ", StringComparison.Ordinal),
            token.Replace(".", "\uff0e", StringComparison.Ordinal), token.Insert(10, " "), token.Insert(10, "\r\n"), token.Insert(10, "="),
            token.Insert(token.Length - 1, "\0"), token + "\u200b", parts[0] + "=." + parts[1] + "." + parts[2],
        ];

        Assert.All(spellings, text => Scene.Refuses(RefusalReason.SubjectTokenMalformed, text));
    }

    [Fact]
    public void Fault_T9_Refuses_other_spellings_although_they_are_signed()
    {
        // A payload that needs the two characters in which base64 and base64url differ.
        var payload = Scene.ClaimsText(",\"x\":\"\u00ff\u00fe\u00fb???>>>~~~\"");
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Header));
        var url = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes(payload)).TrimEnd('=');
        Assert.NotEqual(url, plain);

        Scene.Accepts(TestJws.SignParts(header, url, Scene.Es256));
        string[] spellings = [plain, url + "=", url + "==", url + "\n", " " + url, url.Insert(7, "\n"), url.Insert(7, "\t"), url + "A"];
        Assert.All(spellings, text => Scene.Refuses(RefusalReason.SubjectTokenMalformed, TestJws.SignParts(header, text, Scene.Es256)));
    }

    [Fact]
    public void Fault_T9_Refuses_unused_bits_in_every_part()
    {
        Assert.All(Enumerable.Range(0, 3), padding =>
        {
            var payload = Scene.ClaimsText() + new string(' ', padding);
            var header = Header + new string(' ', padding);
            var good = TestJws.Sign(header, payload, Scene.Es256);
            Scene.Accepts(good);
            var parts = good.Split('.');
            foreach (var (first, second) in new[] { (WithUnusedBit(parts[0]), parts[1]), (parts[0], WithUnusedBit(parts[1])) })
            {
                if (first is not null && second is not null)
                {
                    Scene.Refuses(RefusalReason.SubjectTokenMalformed, TestJws.SignParts(first, second, Scene.Es256));
                }
            }

            Scene.Refuses(RefusalReason.SubjectTokenMalformed, $"{parts[0]}.{parts[1]}.{WithUnusedBit(parts[2])}");
        });
    }

    [Fact]
    public void Fault_T10_Refuses_every_truncation_and_extension()
    {
        var token = Scene.TokenWith();

        Assert.All(Enumerable.Range(0, token.Length), length => Assert.NotNull(Scene.Validate(token[..length]).Refusal));
        Assert.All(
            new[] { token + "A", token + "AAAA", token + token, token + "." + token, token + " " + token, token + "," + token },
            text => Assert.NotNull(Scene.Validate(text).Refusal));
    }

    [Fact]
    public void Fault_T10_Refuses_the_signature_of_another_token() =>
        Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, TestJws.WithSignature(
            Scene.Login.Token(Scene.Now, "admin"), TestJws.Part(Scene.Login.Token(Scene.Now, "alice"), 2)));

    [Fact]
    public void Fault_T11_Refuses_other_numbers_of_parts_and_json_serialisations()
    {
        var token = Scene.TokenWith();
        var parts = token.Split('.');
        string[] texts =
        [
            "", ".", "..", "...", "....", parts[0], parts[0] + "." + parts[1], token + ".", token + "." + parts[0], "." + token,
            token + ".AA.AA", parts[0] + ".." + parts[2], "." + parts[1] + "." + parts[2],
            $$"""{"payload":"{{parts[1]}}","protected":"{{parts[0]}}","signature":"{{parts[2]}}"}""",
            $$"""{"payload":"{{parts[1]}}","signatures":[{"protected":"{{parts[0]}}","signature":"{{parts[2]}}"}]}""",
            $$"""{"a":".{{token}}."}""",
        ];

        Assert.All(texts, text => Scene.Refuses(RefusalReason.SubjectTokenMalformed, text));
    }

    [Fact]
    public void Fault_T12_Refuses_texts_beyond_every_size()
    {
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, new string('.', 64 * 1024));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, new string('.', 1000));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenWith("filler", new string('x', 220_000)));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenWith("filler", new string('x', TokenExchangeRequest.MaxTokenLength * 3 / 4)));
        Scene.Accepts(Scene.TokenWith("filler", new string('x', 11_000)));
    }

    [Theory]
    [MemberData(nameof(DuplicateMembers))]
    public void Fault_T21_Refuses_duplicate_members(string more) =>
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenOf(Scene.ClaimsText(more)));

    [Theory]
    [InlineData(",\"alg\":\"ES256\"")]
    [InlineData(",\"\\u0061lg\":\"none\"")]
    [InlineData(",\"kid\":\"es384\"")]
    [InlineData(",\"x\":{\"y\":1,\"y\":2}")]
    public void Fault_T21_Refuses_duplicate_members_of_the_header(string more) =>
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.Login.SignRaw(Header[..^1] + more + "}", Scene.ClaimsText()));

    [Theory]
    [MemberData(nameof(BrokenObjects))]
    public void Fault_T22_Refuses_payloads_that_are_no_strict_json_object(string payload) =>
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenOf(payload));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData(Header + "x")]
    [InlineData(Header + Header)]
    [InlineData("\ufeff" + Header)]
    [InlineData("{\"alg\":\"ES256\",\"kid\":\"es256\",\"x\":\"\\ud800\"}")]
    public void Fault_T22_Refuses_headers_that_are_no_strict_json_object(string header) =>
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.Login.SignRaw(header, Scene.ClaimsText()));

    [Fact]
    public void Fault_T22_Refuses_other_encodings_than_utf_8()
    {
        var header = Encoding.UTF8.GetBytes(Header);
        byte[][] payloads =
        [
            Encoding.Unicode.GetBytes(Scene.ClaimsText()),
            Encoding.BigEndianUnicode.GetBytes(Scene.ClaimsText()),
            Encoding.UTF32.GetBytes(Scene.ClaimsText()),
            Encoding.Latin1.GetBytes(Scene.ClaimsText(",\"x\":\"\u00e9\"")),
            [.. Encoding.UTF8.GetBytes(Scene.ClaimsText(",\"x\":\""))[..^1], 0xC0, 0xAF, .. "\"}"u8],
            [.. Encoding.UTF8.GetBytes(Scene.ClaimsText(",\"x\":\""))[..^1], 0xED, 0xA0, 0x80, .. "\"}"u8],
        ];

        Assert.All(payloads, payload => Scene.Refuses(
            RefusalReason.SubjectTokenMalformed, TestJws.Sign(header, payload, Scene.Es256)));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, TestJws.Sign(Encoding.Unicode.GetBytes(Header), payloads[0], Scene.Es256));
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT"}""")]
    [InlineData("""{"alg":"dir","enc":"A128CBC-HS256"}""")]
    public void Fault_T26_Refuses_encrypted_tokens_whatever_they_hold(string header)
    {
        var inner = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Scene.ClaimsText()));

        Scene.Refuses(RefusalReason.SubjectTokenMalformed, $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.AAAA.AAAA.{inner}.AAAA");
    }

    [Fact]
    public void Fault_T27_Refuses_costly_decryption_without_beginning_it()
    {
        var header = Base64Url.EncodeToString(
            """{"alg":"PBES2-HS256+A128KW","p2c":2147483647,"p2s":"AAAA","enc":"A256GCM","zip":"DEF"}"""u8);

        Scene.Refuses(RefusalReason.SubjectTokenMalformed, header + ".AAAA.AAAA.AAAA.AAAA");
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, header + "." + Scene.TokenWith().Split('.')[1] + ".AAAA");
    }

    [Fact]
    public void Fault_T30_Refuses_deep_wide_and_long_claims()
    {
        string[] claims =
        [
            $",\"x\":{new string('[', 32)}1{new string(']', 32)}",
            $",\"x\":{new string('[', 5_000)}{new string(']', 5_000)}",
            ",\"x\":" + string.Concat(Enumerable.Repeat("{\"x\":", 33)) + "1" + new string('}', 33),
            string.Concat(Enumerable.Range(0, 1000).Select(i => $",\"{i}\":1")),
            $",\"x\":{new string('9', 5_000)}",
            $",\"x\":[1,{new string('9', 65)}]",
        ];

        Assert.All(claims, more => Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenOf(Scene.ClaimsText(more))));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenOf(Scene.ClaimsText($",\"x\":{new string('[', 20_000)}")));
        Scene.Accepts(Scene.TokenOf(Scene.ClaimsText($",\"x\":{new string('[', 31)}1{new string(']', 31)}")));
        Scene.Accepts(Scene.TokenOf(Scene.ClaimsText(string.Concat(Enumerable.Range(0, 900).Select(i => $",\"{i}\":1")))));
    }

    /// <summary>The same octets with a bit set that base64url does not use; null where all are used.</summary>
    private static string? WithUnusedBit(string part)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return part.Length % 4 == 0 ? null : part[..^1] + alphabet[alphabet.IndexOf(part[^1], StringComparison.Ordinal) + 1];
    }
}
