using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group T over HTTP: whose key verifies whose token.</summary>
public sealed class TokenTrustTests(TokenTrustShop shop) : IClassFixture<TokenTrustShop>
{
    /// <summary>DigestInfo of SHA-256 up to the hash (RFC 8017 section 9.2, note 1).</summary>
    private static readonly byte[] DigestInfo = Convert.FromHexString("3031300d060960864801650304020105000420");

    [Fact]
    public async Task Fault_T32_Refuses_weak_keys_and_accepts_the_others_of_their_set()
    {
        await RefusesAsync(shop.Parties.SubjectToken(key: shop.Small));
        await RefusesAsync(shop.Parties.SubjectToken(key: shop.ForEncryption));
        await RefusesAsync(shop.Parties.SubjectToken(key: shop.Ambiguous));
        await RefusesAsync(ForgedForExponentOne());
        await RefusesAsync(shop.Parties.SubjectToken(header: header => header["kid"] = "off-curve"));

        foreach (var good in shop.Parties.Login.Keys)
        {
            (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(key: good), "orders")).AssertIssued();
        }
    }

    [Fact]
    public async Task Fault_T33_Verifies_with_the_keys_of_the_tokens_own_issuer()
    {
        var (login, partner) = (shop.Parties.Login, shop.Parties.Partner);

        await RefusesAsync(shop.Parties.SubjectToken(login, key: partner.Key));
        await RefusesAsync(shop.Parties.SubjectToken(partner, key: shop.NamedAsPartners));
        await RefusesAsync(shop.Parties.SubjectToken(partner, key: login.Key));

        (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(partner), "orders")).AssertIssued();
        (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(login, key: shop.NamedAsPartners), "orders")).AssertIssued();
    }

    [Fact]
    public async Task Fault_T34_Refuses_another_clusters_token_with_our_name()
    {
        var theirs = await shop.IssueByOtherAsync();
        Assert.Equal(shop.Issuer, new IssuedJwt(theirs).Text("iss"));

        await RefusesAsync(theirs, client: "orders", audience: "catalog");
        await AcceptsOwnAsync();
    }

    [Fact]
    public async Task Fault_T34_Refuses_an_own_token_that_was_changed()
    {
        var own = (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "orders")).AssertIssued().Token;
        var another = (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(subject: "bob"), "orders")).AssertIssued();
        var signature = TestJws.Part(own, 2);
        var parts = own.Split('.');
        string[] changed =
        [
            WithClaim(own, "scope", "browse orders.place rating.read"), WithClaim(own, "sub", "admin"), WithClaim(own, "client_id", "orders"),
            WithClaim(own, "aud", "https://catalog.shop.example"), WithClaim(own, "exp", ShopParties.Now.AddHours(1).ToUnixTimeSeconds()),
            WithClaim(own, "jti", another.JwtId), WithClaim(own, Lineage.ClaimName, another.Text(Lineage.ClaimName)),
            WithClaim(own, "iss", shop.Parties.Login.Issuer), $"{parts[0]}.{another.Token.Split('.')[1]}.{parts[2]}",
            TestJws.WithSignature(own, [.. signature[..^1], (byte)(signature[^1] ^ 1)]), TestJws.WithSignature(own, new byte[64]),
            $"{Encode("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
        ];

        foreach (var token in changed)
        {
            await RefusesAsync(token, client: "orders", audience: "catalog");
        }

        (await shop.ExchangeAsync("orders", own, "catalog")).AssertIssued();
    }

    [Fact]
    public async Task Fault_T35_Refuses_our_name_under_an_external_key_with_our_kid()
    {
        var own = (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "orders")).AssertIssued();
        Assert.Equal(shop.NamedAsOurs.KeyId, own.Header.GetProperty("kid").GetString());

        // All of a good token of ours, lineage included, under the other key of this name; and the same with our name only.
        await RefusesAsync(
            TestJws.Sign(TestJws.Part(own.Token, 0), TestJws.Part(own.Token, 1), shop.NamedAsOurs), client: "orders", audience: "catalog");
        await RefusesAsync(shop.Parties.SubjectToken(key: shop.NamedAsOurs, claims: claims => claims["iss"] = shop.Issuer));

        (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(key: shop.NamedAsOurs), "orders")).AssertIssued();
        await AcceptsOwnAsync();
    }

    private static string WithClaim(string token, string claim, JsonNode value)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(TestJws.Part(token, 1))!.AsObject();
        claims[claim] = value;
        return $"{parts[0]}.{Encode(claims.ToJsonString())}.{parts[2]}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Under e = 1 the padded hash is its own signature.</summary>
    private string ForgedForExponentOne()
    {
        var token = shop.Parties.SubjectToken(header: header => (header["alg"], header["kid"]) = ("RS256", "exponent-one"));
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]));
        var padding = Enumerable.Repeat((byte)0xFF, 256 - 3 - DigestInfo.Length - hash.Length);
        return TestJws.WithSignature(token, [0, 1, .. padding, 0, .. DigestInfo, .. hash]);
    }

    private async Task RefusesAsync(string token, string client = "web", string audience = "orders") =>
        TokenRefusals.IsCommonRefusal(await shop.ExchangeAsync(client, token, audience));

    private async Task AcceptsOwnAsync()
    {
        var own = (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "orders")).AssertIssued();
        (await shop.ExchangeAsync("orders", own.Token, "catalog")).AssertIssued();
    }
}
