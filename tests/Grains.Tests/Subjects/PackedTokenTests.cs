using System.Buffers.Text;
using System.Text;
using ExchangeCluster.Grains.Subjects;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects;

public sealed class PackedTokenTests
{
    private const string Common = """
        {"iss":"https://sts.shop.example","aud":"https://catalog.shop.example","client_id":"web","scope":"browse"
        """;

    public static TheoryData<string> ClaimsSets => new(
    [
        Common + ""","sub":"alice","exp":2,"iat":1,"jti":"a","lineage":"AQID"}""",
        Common + ""","sub":"alice","jti":"a","lineage":"AQID","embedded_tokens":{"geo":{"token":"e30.e30.AQID"}}}""",
        Common + ""","sub":"alice","more":{"lineage":"AQIDBA"},"lineage":"AQID"}""",
        Common + ""","sub":"alice","lineage":"AQID","more":{"lineage":7}}""",
        Common + ""","sub":"\"sub\":\"lineage\":\"AQID"}""",
        """{"iss":"https://caf\u00e9.example/é","authorization_details":[{"sub":"x","lineage":"AQID"}],"sub":"é","lineage":"AQID"}""",
        """{"sub":"alice","lineage":"AQID"}""",
        """{"iss":"nobody","lineage":"AQID"}""",
        """{"lineage":"","sub":"alice"}""",
        "{}",
        // A text that base64url would spell otherwise, or can't spell.
        """{"sub":"alice","lineage":"AQIDBB"}""",
        """{"sub":"alice","lineage":"AQ=="}""",
        """{"sub":"alice","lineage":"AQ ID"}""",
        """{"sub":"alice","lineage":"A"}""",
        """{"sub":"alice","lineage":"a+b/"}""",
        """{"sub":"alice","lineage":"AQID""",
        $$"""{"sub":"{{new string('a', 70_000)}}","lineage":"AQID"}""",
        $$"""{"sub":"alice","lineage":"{{new string('A', 70_000)}}"}""",
    ]);

    [Theory]
    [MemberData(nameof(ClaimsSets))]
    public void Gives_a_jwt_back_to_the_character(string claims)
    {
        var text = Jwt(claims);

        var packed = PackedToken.Of(text, out var frame);

        Assert.Equal(text, packed.Text(frame));
        Assert.Equal(claims, Encoding.UTF8.GetString(packed.Claims(frame!)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("xt_AQID")]
    [InlineData("one.dot")]
    public void Gives_a_reference_back_as_it_is(string text)
    {
        var packed = PackedToken.Of(text, out var frame);

        Assert.Null(frame);
        Assert.Equal(text, packed.Text(frame));
    }

    [Fact]
    public void Tokens_of_one_rule_have_one_frame_which_holds_what_they_share()
    {
        PackedToken.Of(Jwt(Common + ""","sub":"alice","lineage":"AQID"}"""), out var first);
        PackedToken.Of(Jwt(Common + ""","sub":"bob","lineage":"BAUG"}"""), out var second);

        Assert.Equal(first, second);
        Assert.Equal(Common + ",", first!.Opening);
    }

    private static string Jwt(string claims) =>
        $"{Encode("""{"alg":"ES256"}""")}.{Encode(claims)}.{Base64Url.EncodeToString(new byte[64])}";

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
