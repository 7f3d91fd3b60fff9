using System.Net;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>What group T has in common: tokens that are good but for one thing, and the one answer to all of them.</summary>
internal static class TokenRefusals
{
    /// <summary>To the octet the same for every fault: no caller learns which check failed, and nothing is echoed.</summary>
    private const string CommonBody = """{"error":"invalid_request","error_description":"The subject token is not acceptable."}""";

    public const string Header = """{"alg":"ES256","kid":"login-ec","typ":"at+jwt"}""";

    /// <summary>The header that <see cref="Header"/> is, with more members at its end.</summary>
    public static string HeaderWith(string more) => Header[..^1] + more + "}";

    /// <summary>Good claims as text, with more members at their end.</summary>
    public static string ClaimsWith(string more = "") => Claims()[..^1] + more + "}";

    /// <summary>A token of the login issuer with these claims; the signature is good.</summary>
    public static string Of(ShopParties parties, string payload, string header = Header) => parties.Login.SignRaw(header, payload);

    /// <summary>A good token, but for one claim, which is this JSON text.</summary>
    public static string With(ShopParties parties, string claim, string json) =>
        parties.SubjectToken(claims: claims => claims[claim] = JsonNode.Parse(json));

    /// <summary>A good token, but for one member of its header.</summary>
    public static string WithHeader(ShopParties parties, string member, string json, TestKey? key = null) =>
        parties.SubjectToken(key: key, header: header => header[member] = JsonNode.Parse(json));

    /// <summary>The silo refuses the token with the common answer, under either type, and serves the next good request.</summary>
    public static async Task RefusesSubjectTokenAsync(this Shop shop, string token, string client = "web", string audience = "orders")
    {
        foreach (var type in new[] { TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt })
        {
            var answer = await shop.ExchangeAsync(client, token, audience, edit: form => form[ParameterNames.SubjectTokenType] = type);
            IsCommonRefusal(answer);
        }

        await shop.IssueAsync();
    }

    public static void IsCommonRefusal(TokenAnswer answer)
    {
        Assert.Equal(CommonBody, answer.Body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    private static string Claims()
    {
        var now = ShopParties.Now.ToUnixTimeSeconds();
        return $$"""{"iss":"https://login.shop.example","sub":"alice","aud":"https://web.shop.example","scope":"browse","iat":{{now}},"exp":{{now + 300}}}""";
    }
}
