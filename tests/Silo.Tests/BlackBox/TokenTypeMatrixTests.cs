using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// What may be presented as a subject token and what may be asked for (RFC 8693 section 3), one test for each cell of the
/// table in the README: <c>Matrix_in_…</c> and <c>Matrix_out_…</c>. A cell that is refused is refused, never substituted.
/// </summary>
[Collection<GrantShopCollection>]
public sealed class TokenTypeMatrixTests(GrantShop shop)
{
    [Fact]
    public async Task Matrix_in_access_token_Accepts_a_jwt_of_a_trusted_issuer() =>
        (await InAsync(TokenTypeIdentifiers.AccessToken, shop.Parties.SubjectToken())).AssertIssued();

    [Fact]
    public async Task Matrix_in_access_token_Accepts_a_jwt_of_ours() =>
        (await InAsync(TokenTypeIdentifiers.AccessToken, await OwnAsync(), "orders", "catalog")).AssertIssued();

    [Fact]
    public async Task Matrix_in_access_token_Accepts_an_opaque_token_of_ours()
    {
        var opaque = (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "vault")).AssertOpaque();

        (await InAsync(TokenTypeIdentifiers.AccessToken, opaque, "vault", "shelf")).AssertIssued();
    }

    [Fact]
    public async Task Matrix_in_jwt_Accepts_a_jwt_of_a_trusted_issuer() =>
        (await InAsync(TokenTypeIdentifiers.Jwt, shop.Parties.SubjectToken(typ: "JWT"))).AssertIssued();

    [Fact]
    public async Task Matrix_in_jwt_Accepts_a_jwt_of_ours() =>
        (await InAsync(TokenTypeIdentifiers.Jwt, await OwnAsync(), "orders", "catalog")).AssertIssued();

    [Fact]
    public async Task Matrix_in_refresh_token_Refuses_as_unsupported() => await InRefusedAsync(TokenTypeIdentifiers.RefreshToken);

    [Fact]
    public async Task Matrix_in_saml1_Refuses_as_unsupported() => await InRefusedAsync(TokenTypeIdentifiers.Saml1);

    [Fact]
    public async Task Matrix_in_saml2_Accepts_an_assertion_of_a_trusted_issuer_where_the_rule_says_so() =>
        (await InAsync(TokenTypeIdentifiers.Saml2, shop.Parties.Idp.Assertion(ShopParties.Now), audience: "gallery")).AssertIssued();

    [Fact]
    public async Task Matrix_out_access_token_Issues_a_jwt()
    {
        var answer = await OutAsync(TokenTypeIdentifiers.AccessToken, "orders");

        answer.AssertIssued();
        AssertTypes(answer, TokenTypeIdentifiers.AccessToken, AccessTokenTypes.Bearer);
    }

    [Fact]
    public async Task Matrix_out_access_token_Issues_an_opaque_token()
    {
        var answer = await OutAsync(TokenTypeIdentifiers.AccessToken, "vault");

        answer.AssertOpaque();
        AssertTypes(answer, TokenTypeIdentifiers.AccessToken, AccessTokenTypes.Bearer);
    }

    [Fact]
    public async Task Matrix_out_jwt_Issues_an_access_token_that_is_a_jwt()
    {
        var answer = await OutAsync(TokenTypeIdentifiers.Jwt, "orders");

        answer.AssertIssued();
        AssertTypes(answer, TokenTypeIdentifiers.Jwt, AccessTokenTypes.Bearer);
    }

    [Fact]
    public async Task Matrix_out_jwt_Issues_an_authorization_grant_as_N_A()
    {
        var answer = await OutAsync(TokenTypeIdentifiers.Jwt, "partner-as");

        answer.AssertIssued();
        AssertTypes(answer, TokenTypeIdentifiers.Jwt, AccessTokenTypes.NotApplicable);
    }

    [Fact]
    public async Task Matrix_out_id_token_Refuses_as_unsupported() => await OutRefusedAsync(TokenTypeIdentifiers.IdToken);

    [Fact]
    public async Task Matrix_out_refresh_token_Issues_one_as_N_A_where_a_rule_gives_refresh_tokens()
    {
        var answer = await OutAsync(TokenTypeIdentifiers.RefreshToken, "shelf");

        answer.AssertOpaque();
        AssertTypes(answer, TokenTypeIdentifiers.RefreshToken, AccessTokenTypes.NotApplicable);
    }

    [Fact]
    public async Task Matrix_out_refresh_token_Refuses_elsewhere() => await OutRefusedAsync(TokenTypeIdentifiers.RefreshToken);

    [Fact]
    public async Task Matrix_out_saml1_Refuses_as_unsupported() => await OutRefusedAsync(TokenTypeIdentifiers.Saml1);

    [Fact]
    public async Task Matrix_out_saml2_Refuses_as_unsupported() => await OutRefusedAsync(TokenTypeIdentifiers.Saml2);

    private static void AssertTypes(TokenAnswer answer, string issuedTokenType, string tokenType)
    {
        Assert.Equal(issuedTokenType, answer.Text(ParameterNames.IssuedTokenType));
        Assert.Equal(tokenType, answer.Text(ParameterNames.TokenType));
    }

    private async Task<string> OwnAsync() => (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "orders")).AssertIssued().Token;

    private Task<TokenAnswer> InAsync(string type, string token, string client = "web", string audience = "orders")
    {
        var form = TokenForm.Exchange(token);
        form[ParameterNames.SubjectTokenType] = type;
        return shop.SendAsync(client, form, audience);
    }

    private async Task InRefusedAsync(string type) =>
        (await InAsync(type, shop.Parties.SubjectToken())).AssertRefused(ErrorCodes.InvalidRequest);

    private Task<TokenAnswer> OutAsync(string type, string audience)
    {
        var form = TokenForm.Exchange(shop.Parties.SubjectToken());
        form[ParameterNames.RequestedTokenType] = type;
        return shop.SendAsync("web", form, audience);
    }

    private async Task OutRefusedAsync(string type) => (await OutAsync(type, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
}
