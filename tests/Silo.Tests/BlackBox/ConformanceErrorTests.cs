using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Error responses (RFC 6749 section 5.2, RFC 8693 section 2.2.2): items 56 to 58.</summary>
[Collection<ShopCollection>]
public sealed class ConformanceErrorTests(Shop shop)
{
    [Fact]
    public async Task Conformance_56_Refuses_a_subject_that_a_rule_rejects_as_invalid_request()
    {
        var answer = await shop.ExchangeAsync(audience: "vault");

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_57_Reveals_not_why_a_token_failed()
    {
        string[] tokens =
        [
            shop.Parties.SubjectToken()[..^3] + "AAA",
            shop.Parties.SubjectToken(issuedAt: ShopParties.Now.AddHours(-2)),
            shop.Parties.SubjectToken(shop.Parties.Stranger),
            shop.Parties.SubjectToken(forClient: "mobile"),
            shop.Parties.SubjectToken(typ: "JWT"),
            shop.Parties.SubjectToken(claims: claims => claims.Remove("sub")),
            shop.Parties.SubjectToken(lifetime: TimeSpan.FromHours(5)),
            shop.Parties.SubjectToken(claims: claims => claims["may_act"] = new JsonObject { ["sub"] = "somebody" }),
            "not.a.token",
        ];

        var bodies = new HashSet<string>();
        foreach (var token in tokens)
        {
            var answer = await shop.ExchangeAsync(subjectToken: token);
            answer.AssertRefused(ErrorCodes.InvalidRequest);
            bodies.Add(answer.Body);
        }

        Assert.Single(bodies);
    }

    [Theory]
    [InlineData("overlong")]
    [InlineData("binary")]
    [InlineData("nested")]
    [InlineData("dots")]
    [InlineData("members")]
    public async Task Conformance_58_Refuses_hostile_subject_tokens(string kind)
    {
        var key = shop.Parties.Login.Key;
        var token = kind switch
        {
            "overlong" => new string('a', 20_000),
            "binary" => "\u0001\u0002\u007f\u00ff\ufffd",
            "nested" => TestJws.Sign(Header(key), new string('[', 4000) + new string(']', 4000), key),
            "dots" => new string('.', 16_000),
            _ => TestJws.Sign(Header(key), "{" + string.Join(',', Enumerable.Range(0, 1500).Select(n => $"\"{n}\":0")) + "}", key),
        };

        (await shop.ExchangeAsync(subjectToken: token)).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData("audience=%ff%fe")]
    [InlineData("audience=%zz")]
    [InlineData("audience=%")]
    [InlineData("audience=a%00b")]
    [InlineData("%c0%af=1")]
    public async Task Conformance_58_Refuses_a_body_that_is_not_encoded_utf_8(string tail)
    {
        var form = shop.Form("web", shop.Parties.SubjectToken());
        var request = form.ToRequest();
        var text = await request.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken);
        request.Content = new StringContent(text + "&" + tail, Encoding.ASCII, "application/x-www-form-urlencoded");
        request.Content.Headers.ContentType!.CharSet = null;

        (await shop.Client.SendAsync(request, form.Secrets())).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_58_Refuses_a_body_beyond_the_limit_and_answers_the_next_request()
    {
        var answer = await shop.ExchangeAsync(edit: form => form.Add("padding", new string('a', 100_000)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        await shop.IssueAsync();
    }

    private static string Header(TestKey key) =>
        new JsonObject { ["alg"] = key.Algorithm, ["kid"] = key.KeyId, ["typ"] = "at+jwt" }.ToJsonString();
}
