using ExchangeCluster.Client;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.Silo.Tests.Sdk;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Identity chaining across domains (draft-ietf-oauth-identity-chaining): cluster A issues an authorization grant for
/// cluster B, whose rules decide what it is worth there.
/// </summary>
[Collection<GrantShopCollection>]
public sealed class IdentityChainingTests(GrantShop shop)
{
    private const string PartnerAs = "https://as.partner.example";

    [Fact]
    public async Task Conformance_49_Issues_an_authorization_grant_as_N_A()
    {
        var answer = await AskForGrantAsync(TokenTypeIdentifiers.Jwt);

        var grant = answer.AssertIssued();
        Assert.Equal("N_A", answer.Text(ParameterNames.TokenType));
        Assert.Equal(TokenTypeIdentifiers.Jwt, answer.Text(ParameterNames.IssuedTokenType));
        Assert.Equal("authorization-grant+jwt", grant.Header.GetProperty("typ").GetString());
        Assert.Equal([PartnerAs], grant.Audiences);
        Assert.InRange(answer.ExpiresIn, 55, 60);

        // What the partner learns: nothing of our clients, no lineage, and here not even the subject's name.
        Assert.Equal(["aud", "exp", "iat", "iss", "jti", "scope", "sub"], grant.ClaimNames);
        Assert.NotEqual("alice", grant.Subject);
    }

    [Fact]
    public async Task Issues_a_fresh_grant_each_time_because_each_counts_once()
    {
        var token = shop.Parties.SubjectToken();

        Assert.NotEqual(
            (await AskForGrantAsync(null, token)).AssertIssued().JwtId, (await AskForGrantAsync(null, token)).AssertIssued().JwtId);
    }

    [Fact]
    public async Task Conformance_20_Reports_jwt_as_the_default_type_for_another_authorization_server() =>
        Assert.Equal(TokenTypeIdentifiers.Jwt, (await AskForGrantAsync(null)).Text(ParameterNames.IssuedTokenType));

    [Fact]
    public async Task Conformance_55_Refuses_an_access_token_for_another_authorization_server() =>
        (await AskForGrantAsync(TokenTypeIdentifiers.AccessToken)).AssertRefused(ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Refuses_a_grant_for_two_audiences()
    {
        var form = TokenForm.Exchange(shop.Parties.SubjectToken());
        form[ParameterNames.RequestedTokenType] = TokenTypeIdentifiers.Jwt;
        form.Add(ParameterNames.Audience, "orders");

        (await shop.SendAsync("web", form, PartnerAs)).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Crosses_from_one_domain_to_another_each_under_its_own_rules()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var a = await SiloFixture.StartAsync(issuer => DomainA(issuer, PartnerAs), cancellationToken);
        var issuerA = a.PublicUrl.GetLeftPart(UriPartial.Authority);
        await using var b = await SiloFixture.StartAsync(issuer => DomainB(issuer, issuerA), cancellationToken);
        var issuerB = b.PublicUrl.GetLeftPart(UriPartial.Authority);
        await a.PublishAsync(DomainA(issuerA, issuerB).Replace("revision: 1", "revision: 2", StringComparison.Ordinal));
        using var clientA = new TokenClient(a.PublicUrl);
        using var clientB = new TokenClient(b.PublicUrl);

        // 1. In A: the subject token for a grant whose audience is B.
        var exchange = TokenForm.Exchange(shop.Parties.SubjectToken());
        exchange[ParameterNames.RequestedTokenType] = TokenTypeIdentifiers.Jwt;
        exchange.Add(ParameterNames.Audience, issuerB);
        exchange.UseBasic("web", ShopParties.SecretOf("web"));
        var grant = (await clientA.SendAsync(exchange)).AssertIssued();
        Assert.Equal(issuerA, grant.Text("iss"));

        // 2. In B, which fetches A's keys: the grant for a token of B.
        TokenForm Present()
        {
            var form = TokenForm.Of(GrantTypes.JwtBearer);
            form.Add(ParameterNames.Assertion, grant.Token);
            form.Add(ParameterNames.Audience, "stock");
            form.UseBasic("shop-web", ShopParties.SecretOf("shop-web"));
            return form;
        }

        var token = (await clientB.SendAsync(Present())).AssertIssued();
        Assert.Equal("shop:alice", token.Subject);
        Assert.Equal(["https://stock.partner.example"], token.Audiences);
        Assert.Equal(["orders.place"], token.Scopes);
        Assert.Equal(issuerB, token.Text("iss"));

        // 3. Once; and not in A, whose audience it is not.
        (await clientB.SendAsync(Present())).AssertRefused(ErrorCodes.InvalidGrant);

        // 4. The SDK walks the whole way by itself, as often as it has to.
        await CrossBySdkAsync(a, b);
    }

    private async Task CrossBySdkAsync(SiloFixture a, SiloFixture b)
    {
        await using var sdk = await SdkHost.StartAsync(a, overOrleans: false, options =>
        {
            (options.ClientId, options.ClientSecret) = ("web", ShopParties.SecretOf("web"));
            options.MaxStaleness = TimeSpan.FromMinutes(1);
            options.OtherDomains["partner-stock"] = new OtherDomain
            {
                AuthorizationServer = "domain-b",
                Issuer = new Uri(b.PublicUrl.GetLeftPart(UriPartial.Authority)),
                ClientId = "shop-web",
                ClientSecret = ShopParties.SecretOf("shop-web"),
                Audience = "stock",
            };
        });
        var login = shop.Parties.SubjectToken();
        var token = await sdk.GetAsync("partner-stock", login);
        Assert.Equal((TokenOrigin.Exchanged, AccessTokenTypes.Bearer), (token.Origin, token.TokenType));
        var issued = new IssuedJwt(token.Token.Reveal());
        Assert.Equal(("shop:alice", "shop-web"), (issued.Subject, issued.Text("client_id")));
        Assert.Equal(["https://stock.partner.example"], issued.Audiences);
        Assert.Equal(TokenOrigin.Cached, (await sdk.GetAsync("partner-stock", login)).Origin);

        // A new token needs a new grant: the first is spent.
        var anew = await sdk.Tokens.GetTokenAsync("partner-stock", new SensitiveText(login), anew: true, TestContext.Current.CancellationToken);
        Assert.NotEqual(issued.JwtId, new IssuedJwt(anew.Token.Reveal()).JwtId);
        await Assert.ThrowsAsync<InvalidOperationException>(() => sdk.GetAsync("domain-b", login));
    }

    private Task<TokenAnswer> AskForGrantAsync(string? requestedType, string? subjectToken = null)
    {
        var form = TokenForm.Exchange(subjectToken ?? shop.Parties.SubjectToken());
        if (requestedType is not null)
        {
            form[ParameterNames.RequestedTokenType] = requestedType;
        }

        return shop.SendAsync("web", form, PartnerAs);
    }

    private string DomainA(string issuer, string issuerB) => $$"""
        revision: 1
        issuer: {{issuer}}
        trusted_issuers:
          - { issuer: {{shop.Parties.Login.Issuer}}, jwks: {{shop.Parties.Login.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h }
        services:
          web: { domain: shop, audience: https://web.shop.example, credentials: { secrets: "{{ShopParties.HashOf("web")}}" }, scopes: [browse, orders.place] }
          domain-b: { domain: partners, audience: {{issuerB}}, scopes: [orders.place], token_format: authorization-grant, accepts: [{ from: web, scopes: [orders.place] }] }

        """;

    private static string DomainB(string issuer, string issuerA) => $$"""
        revision: 1
        issuer: {{issuer}}
        trusted_issuers:
          - { issuer: {{issuerA}}, audiences: {{issuer}}, max_lifetime: 10m, grant_lifetime: 2m, subject_prefix: "shop:" }
        services:
          shop-web: { domain: partners, audience: https://shop-web.partner.example, credentials: { secrets: "{{ShopParties.HashOf("shop-web")}}" }, scopes: [orders.place] }
          stock:
            domain: partners
            audience: https://stock.partner.example
            scopes: [orders.place]
            accepts: [{ from: shop-web, grants: jwt-bearer, scopes: [orders.place], when: { issuer: {{issuerA}} }, lifetime: 5m }]

        """;
}
