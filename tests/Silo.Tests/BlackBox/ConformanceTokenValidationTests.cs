using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// What a subject token must be (RFC 8693 section 2.2.2): items 28 to 37; 34 is in
/// <see cref="ConformanceRevocationTests"/>, 35 in the tests of delegation, 38 in those of JWT bearer grants.
/// </summary>
[Collection<ShopCollection>]
public sealed class ConformanceTokenValidationTests(Shop shop)
{
    [Fact]
    public async Task Conformance_28_Refuses_a_bad_signature()
    {
        var token = shop.Parties.SubjectToken();
        var other = shop.Parties.SubjectToken(subject: "mallory");
        var forged = TestJws.WithSignature(token, TestJws.Part(other, 2));

        await Refuses(forged);
    }

    [Fact]
    public async Task Conformance_29_Refuses_an_expired_token() =>
        await Refuses(shop.Parties.SubjectToken(issuedAt: ShopParties.Now.AddMinutes(-10)));

    [Fact]
    public async Task Conformance_30_Refuses_a_token_that_is_not_yet_valid() =>
        await Refuses(shop.Parties.SubjectToken(claims: claims => claims["nbf"] = ShopParties.Now.AddMinutes(2).ToUnixTimeSeconds()));

    [Fact]
    public async Task Conformance_31_Refuses_an_untrusted_issuer() =>
        await Refuses(shop.Parties.SubjectToken(shop.Parties.Stranger));

    [Fact]
    public async Task Conformance_32_Refuses_alg_none()
    {
        var token = shop.Parties.SubjectToken(header: header => header["alg"] = "none");

        await Refuses(token);
        await Refuses(token[..(token.LastIndexOf('.') + 1)]);
    }

    [Fact]
    public async Task Conformance_32_Refuses_another_algorithm_than_the_keys()
    {
        // The RSA key of the issuer, named in a token that an EC key signed.
        var key = shop.Parties.Login.Key.As(keyId: "login-rsa");

        await Refuses(shop.Parties.SubjectToken(key: key));
        await Refuses(shop.Parties.SubjectToken(header: header => header["alg"] = "HS256"));
    }

    [Theory]
    [InlineData("dpop+jwt")]
    [InlineData("secevent+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("JWT")]
    [InlineData(null)]
    public async Task Conformance_32_Refuses_a_wrong_typ(string? typ) => await Refuses(shop.Parties.SubjectToken(typ: typ));

    [Fact]
    public async Task Conformance_33_Refuses_an_id_token_declared_as_access_token_or_jwt()
    {
        var idToken = shop.Parties.SubjectToken(typ: "JWT", claims: claims => claims["nonce"] = "n-1");

        await Refuses(idToken);
        await Refuses(idToken, TokenTypeIdentifiers.Jwt);
    }

    [Theory]
    [InlineData(TokenTypeIdentifiers.IdToken)]
    [InlineData(TokenTypeIdentifiers.RefreshToken)]
    [InlineData(TokenTypeIdentifiers.Saml2)]
    public async Task Conformance_33_Refuses_an_access_token_declared_as_something_else(string type) =>
        await Refuses(shop.Parties.SubjectToken(), type);

    [Fact]
    public async Task Conformance_33_Accepts_an_access_token_declared_as_jwt() =>
        await shop.IssueAsync(edit: form => form[ParameterNames.SubjectTokenType] = TokenTypeIdentifiers.Jwt);

    [Fact]
    public async Task Conformance_36_Refuses_an_exchanger_that_is_neither_audience_nor_client() =>
        await Refuses(shop.Parties.SubjectToken(forClient: "mobile"));

    [Fact]
    public async Task Conformance_36_Accepts_an_exchanger_in_the_audience_or_the_tokens_client()
    {
        var inAudience = await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(claims: claims => claims["client_id"] = "mobile"));
        var itsClient = await shop.ExchangeAsync(
            subjectToken: shop.Parties.SubjectToken(forClient: "mobile", claims: claims => claims["client_id"] = "web"));

        inAudience.AssertIssued();
        itsClient.AssertIssued();
    }

    [Fact]
    public async Task Conformance_37_Leaves_the_subject_token_valid()
    {
        var token = shop.Parties.SubjectToken();

        await shop.IssueAsync(subjectToken: token);
        await shop.IssueAsync(subjectToken: token, audience: "catalog");
        await shop.IssueAsync(subjectToken: token);
    }

    private async Task Refuses(string token, string type = TokenTypeIdentifiers.AccessToken)
    {
        var answer = await shop.ExchangeAsync(subjectToken: token, edit: form => form[ParameterNames.SubjectTokenType] = type);

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }
}
