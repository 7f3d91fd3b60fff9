using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>SAML 2.0 assertions as subject tokens (RFC 8693 section 3).</summary>
[Collection<GrantShopCollection>]
public sealed class SamlTests(GrantShop shop)
{
    [Fact]
    public async Task Issues_a_token_for_the_subject_of_an_assertion()
    {
        var jwt = (await ExchangeAsync(shop.Parties.Idp.Assertion(ShopParties.Now))).AssertIssued();

        Assert.Equal("idp:alice", jwt.Subject);
        Assert.Equal(["browse"], jwt.Scopes);
        Assert.Equal("NO", jwt.Claims.GetProperty("country").GetString());
        Assert.True(jwt.ExpiresAt <= ShopParties.Now.AddMinutes(5));
    }

    [Fact]
    public async Task Accepts_an_assertion_only_where_the_rule_says_so()
    {
        TokenRefusals.IsCommonRefusal(await ExchangeAsync(shop.Parties.Idp.Assertion(ShopParties.Now), "orders"));
        TokenRefusals.IsCommonRefusal(await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "gallery"));
    }

    [Fact]
    public async Task Refuses_bad_assertions_as_every_bad_subject_token()
    {
        var good = shop.Parties.Idp.Assertion(ShopParties.Now);
        string[] bad =
        [
            TestSaml.Encode(TestSaml.Decode(good).Replace(">alice<", ">admin<", StringComparison.Ordinal)),
            TestSaml.Encode(shop.Parties.Idp.Xml(ShopParties.Now)),
            TestSaml.Encode("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\">" + TestSaml.Decode(good)),
            new TestSaml(shop.Parties.Idp.Issuer).Assertion(ShopParties.Now),
            new TestSaml(shop.Parties.Login.Issuer).Assertion(ShopParties.Now),
            shop.Parties.Idp.Assertion(ShopParties.Now.AddHours(-1)),
            shop.Parties.Idp.Assertion(ShopParties.Now, xml => xml.Replace("https://web.shop.example", "https://orders.shop.example", StringComparison.Ordinal)),
            shop.Parties.SubjectToken(),
            "junk",
        ];

        foreach (var token in bad)
        {
            TokenRefusals.IsCommonRefusal(await ExchangeAsync(token));
        }
    }

    [Fact]
    public async Task Keeps_apart_two_assertions_of_one_id()
    {
        var other = (await ExchangeAsync(shop.Parties.Idp.Assertion(ShopParties.Now, xml => xml.Replace(">NO<", ">SE<", StringComparison.Ordinal), subject: "twin"))).AssertIssued();
        var one = (await ExchangeAsync(shop.Parties.Idp.Assertion(ShopParties.Now, subject: "twin"))).AssertIssued();

        Assert.Equal(("SE", "NO"), (other.Claims.GetProperty("country").GetString(), one.Claims.GetProperty("country").GetString()));
    }

    [Fact]
    public async Task Is_dead_once_its_session_is_revoked_whatever_its_text()
    {
        var token = shop.Parties.Idp.Assertion(ShopParties.Now, xml => xml.Replace("s-1", "s-revoked", StringComparison.Ordinal), subject: "revoked");
        (await ExchangeAsync(token)).AssertIssued();
        var secret = shop.Silo.Services.GetRequiredService<IClusterState>().Current!.KeyRing.Secret;

        await shop.Silo.Services.GetRequiredService<IRevocationPublisher>().RevokeAsync(
            [RevocationTarget.Session(shop.Parties.Idp.Issuer, "s-revoked", secret)], isBlock: false, new Revoker("web", null), TestContext.Current.CancellationToken);

        TokenRefusals.IsCommonRefusal(await ExchangeAsync(token));
    }

    [Fact]
    public async Task Accepts_an_assertion_as_actor_token_only_where_the_rule_names_the_type()
    {
        var actor = shop.Parties.Idp.Assertion(ShopParties.Now, subject: "carla");
        var jwt = (await ActAsync(actor, TokenTypeIdentifiers.Saml2, "concierge")).AssertIssued();
        Assert.Equal($$"""{"iss":"{{shop.Parties.Idp.Issuer}}","sub":"carla"}""", jwt.Claims.GetProperty("act").GetRawText());
        Assert.Equal("alice", jwt.Subject);

        (await ActAsync(actor, TokenTypeIdentifiers.Saml2, "counter")).AssertRefused(ErrorCodes.InvalidRequest);
        (await ActAsync(actor, TokenTypeIdentifiers.AccessToken, "concierge")).AssertRefused(ErrorCodes.InvalidRequest);
        var damaged = TestSaml.Encode(TestSaml.Decode(actor).Replace(">carla<", ">admin<", StringComparison.Ordinal));
        (await ActAsync(damaged, TokenTypeIdentifiers.Saml2, "concierge")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Accepts_an_id_token_as_actor_token_only_where_the_rule_names_the_type()
    {
        var actor = shop.Parties.SubjectToken(shop.Parties.Partner, subject: "carla", scope: null, typ: "JWT", claims: claims => claims["aud"] = "web");
        var access = shop.Parties.SubjectToken(shop.Parties.Partner, subject: "carla");
        var jwt = (await ActAsync(actor, TokenTypeIdentifiers.IdToken, "concierge")).AssertIssued();
        Assert.Equal($$"""{"iss":"{{shop.Parties.Partner.Issuer}}","sub":"carla"}""", jwt.Claims.GetProperty("act").GetRawText());

        (await ActAsync(actor, TokenTypeIdentifiers.IdToken, "counter")).AssertRefused(ErrorCodes.InvalidRequest);
        (await ActAsync(access, TokenTypeIdentifiers.AccessToken, "counter")).AssertIssued();
        (await ActAsync(access, TokenTypeIdentifiers.AccessToken, "concierge")).AssertRefused(ErrorCodes.InvalidRequest);
        (await ActAsync(access, TokenTypeIdentifiers.IdToken, "concierge")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    private Task<TokenAnswer> ActAsync(string actor, string actorType, string audience)
    {
        var form = TokenForm.Exchange(shop.Parties.SubjectToken());
        form.Add(ParameterNames.ActorToken, actor);
        form.Add(ParameterNames.ActorTokenType, actorType);
        return shop.SendAsync("web", form, audience);
    }

    private Task<TokenAnswer> ExchangeAsync(string token, string audience = "gallery")
    {
        var form = TokenForm.Exchange(token);
        form[ParameterNames.SubjectTokenType] = TokenTypeIdentifiers.Saml2;
        return shop.SendAsync("web", form, audience);
    }
}
