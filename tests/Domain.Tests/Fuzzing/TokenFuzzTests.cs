using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using ExchangeCluster.Domain.Tests.SubjectTokens;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Fuzzing;

/// <summary>Damaged tokens: never an exception, and never accepted for what they are not.</summary>
public sealed class TokenFuzzTests
{
    private const int ShortRun = 5_000;
    private const string Header = """{"alg":"ES256","kid":"es256","typ":"at+jwt"}""";

    private static readonly string[] Words =
    [
        ".", "..", "=", "e30", "bnVsbA", "eyJhbGciOiJub25lIn0", "\"", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", ",", ":", "null",
        "1e400", "-1", "9223372036854775808", "\"sub\":", "\"aud\":[]", "\"iss\":1,", "\"act\":{\"act\":{}}", "\"crit\":[\"x\"],", "\ufeff", "//", "\t",
    ];

    private static readonly byte[][] WordBytes = [.. Words.Select(Encoding.UTF8.GetBytes)];

    [Fact]
    public void Accepts_no_damaged_token()
    {
        string[] good =
        [
            Scene.TokenWith(), Scene.TokenWith(key: Scene.Rs256), Scene.TokenWith(key: Scene.Es384), Scene.TokenWithJson("act", """{"sub":"web"}"""),
            Scene.Partner.Token(Scene.Now), Scene.TokenWithJson("aud", """["https://web.shop.example","https://other.example"]"""),
        ];
        var goodTexts = good.ToHashSet(StringComparer.Ordinal);

        Mutations.Of([.. good.Select(Encoding.ASCII.GetBytes)], WordBytes).Sample(
            bytes =>
            {
                var text = Encoding.Latin1.GetString(bytes);
                foreach (var type in new[] { TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt })
                {
                    var outcome = Scene.Validate(text, type);
                    Assert.True(outcome.Token is null ^ outcome.Refusal is null);
                    Assert.True(outcome.Token is null || goodTexts.Contains(text), "A damaged token was accepted.");
                }
            },
            iter: ShortRun);
    }

    [Fact]
    public void Accepts_a_well_signed_payload_only_for_what_another_reader_finds_in_it()
    {
        string[] payloads =
        [
            Scene.ClaimsText(), Scene.ClaimsText(",\"scope\":\"browse orders.place\",\"client_id\":\"web\",\"jti\":\"1\""),
            Scene.ClaimsText(",\"act\":{\"sub\":\"web\",\"act\":{\"sub\":\"x\"}},\"may_act\":{\"sub\":\"orders\"},\"nbf\":1"),
        ];

        var accepted = 0;
        Mutations.Of([.. payloads.Select(Encoding.UTF8.GetBytes)], WordBytes).Sample(
            payload =>
            {
                var outcome = Scene.Validate(TestJws.Sign(Encoding.UTF8.GetBytes(Header), payload, Scene.Es256));
                Assert.True(outcome.Token is null ^ outcome.Refusal is null);
                if (outcome.Token is { } token)
                {
                    Interlocked.Increment(ref accepted);
                    var claims = JsonNode.Parse(payload, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
                    Assert.Equal(Scene.Login.Issuer, claims["iss"]!.GetValue<string>());
                    Assert.Equal(token.Root.Subject, claims["sub"]!.GetValue<string>());
                    Assert.NotEqual(0, token.Root.Subject.Length);
                    Assert.True(claims["exp"]!.GetValue<double>() + 30 > Scene.Now.ToUnixTimeSeconds());
                    Assert.Contains("https://web.shop.example", claims["aud"]!.ToJsonString(), StringComparison.Ordinal);
                    Assert.Equal(claims["scope"]?.GetValue<string>().Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Count() ?? 0, token.Scope.Values.Length);
                }
            },
            iter: ShortRun);
        Assert.InRange(accepted, 100, int.MaxValue);
    }

    [Fact]
    public void Refuses_or_reads_every_damaged_header()
    {
        Mutations.Of([Encoding.UTF8.GetBytes(Header)], WordBytes).Sample(
            header =>
            {
                var outcome = Scene.Validate(TestJws.Sign(header, Encoding.UTF8.GetBytes(Scene.ClaimsText()), Scene.Es256));
                Assert.True(outcome.Token is null ^ outcome.Refusal is null);
                if (outcome.Token is not null)
                {
                    var members = JsonNode.Parse(header, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
                    Assert.Equal("ES256", members["alg"]!.GetValue<string>());
                    Assert.Equal("at+jwt", members["typ"]!.GetValue<string>(), ignoreCase: true);
                    Assert.False(members.ContainsKey("crit") || members.ContainsKey("jwk") || members.ContainsKey("b64"));
                }
            },
            iter: ShortRun);
    }
}
