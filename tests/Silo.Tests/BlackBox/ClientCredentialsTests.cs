using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>RFC 6749 section 4.4: a service's own token, under rules like every other.</summary>
[Collection<GrantShopCollection>]
public sealed class ClientCredentialsTests(GrantShop shop)
{
    [Fact]
    public async Task Accepts_a_client_for_itself_and_names_it_as_the_subject()
    {
        var answer = await shop.OwnTokenAsync("web", "orders");

        var jwt = answer.AssertIssued();
        Assert.Equal("web", jwt.Subject);
        Assert.Equal("web", jwt.Text("client_id"));
        Assert.Equal(["https://orders.shop.example"], jwt.Audiences);
        Assert.Equal("browse", answer.Scope);
        Assert.Equal("Bearer", answer.Text(ParameterNames.TokenType));
        Assert.InRange(answer.ExpiresIn, 100, 120);
        Assert.True(jwt.Has("lineage"));
    }

    [Fact]
    public async Task Accepts_the_target_as_a_resource_and_answers_the_second_request_with_the_same_token()
    {
        var first = await shop.OwnTokenAsync("web", "orders");
        var form = TokenForm.Of(GrantTypes.ClientCredentials);
        form.Add(ParameterNames.Resource, "https://orders.shop.example");
        var second = await shop.SendAsync("web", form);

        Assert.Equal(first.AssertIssued().Token, second.AssertIssued().Token);
    }

    [Fact]
    public async Task Refuses_a_target_without_a_rule_for_it()
    {
        (await shop.OwnTokenAsync("web", "catalog")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.OwnTokenAsync("web", "nowhere")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.OwnTokenAsync("orders", "orders")).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Refuses_no_target_and_several()
    {
        (await shop.OwnTokenAsync("web", audience: null)).AssertRefused(ErrorCodes.InvalidTarget);
        var form = TokenForm.Of(GrantTypes.ClientCredentials);
        form.Add(ParameterNames.Audience, "orders");
        (await shop.SendAsync("web", form, "reports")).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Refuses_a_scope_beyond_the_rule() =>
        (await shop.OwnTokenAsync("web", "orders", "browse orders.place")).AssertRefused(ErrorCodes.InvalidScope);

    [Fact]
    public async Task Conformance_26_Refuses_a_client_that_may_only_exchange_as_unauthorized_client() =>
        (await shop.OwnTokenAsync("catalog", "reports")).AssertRefused(ErrorCodes.UnauthorizedClient);

    [Fact]
    public async Task Refuses_a_wrong_secret_and_no_credentials_as_invalid_client()
    {
        var form = TokenForm.Of(GrantTypes.ClientCredentials);
        form.Add(ParameterNames.Audience, "orders");
        (await shop.Client.SendAsync(form)).AssertRefused(ErrorCodes.InvalidClient);
        form.UseBasic("web", "not-the-secret-of-web-0123456789");
        (await shop.Client.SendAsync(form)).AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Refuses_an_own_token_as_a_subject_token_where_no_rule_names_our_issuer()
    {
        var own = (await shop.OwnTokenAsync("web", "orders")).AssertIssued().Token;

        (await shop.ExchangeAsync("orders", own, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("web", own, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.Equal("web", (await shop.ExchangeAsync("orders", own, "reports")).AssertIssued().Subject);
    }

    [Fact]
    public async Task Refuses_a_person_with_the_name_of_a_service()
    {
        var token = shop.Parties.SubjectToken(subject: "orders");

        (await shop.ExchangeAsync("web", token, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
    }
}
