using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Client authentication at the token endpoint (RFC 6749 sections 2.3 and 3.2.1): items 23 to 27.</summary>
[Collection<ShopCollection>]
public sealed class ConformanceClientTests(Shop shop)
{
    [Fact]
    public async Task Conformance_23_Refuses_failed_basic_authentication_with_401_and_a_challenge()
    {
        var answer = await shop.ExchangeAsync(edit: form => form.UseBasic("web", "not-the-secret-0123456789"));

        answer.AssertRefused(ErrorCodes.InvalidClient);
        Assert.Contains("realm=", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conformance_23_Refuses_failed_post_authentication_as_invalid_client()
    {
        var answer = await shop.ExchangeAsync(edit: form => form.UsePost("web", "not-the-secret-0123456789"));

        answer.AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Conformance_23_Accepts_basic_and_post()
    {
        var basic = await shop.ExchangeAsync("mobile");
        var post = await shop.ExchangeAsync("mobile", edit: form => form.UsePost("mobile", ShopParties.SecretOf("mobile")));

        Assert.Equal("mobile", basic.AssertIssued().Text("client_id"));
        Assert.Equal("mobile", post.AssertIssued().Text("client_id"));
    }

    [Fact]
    public async Task Conformance_24_Refuses_two_methods_at_once()
    {
        var answer = await shop.ExchangeAsync(edit: form =>
        {
            form[ParameterNames.ClientId] = "web";
            form[ParameterNames.ClientSecret] = ShopParties.SecretOf("web");
        });

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_25_Refuses_an_unauthenticated_client()
    {
        var nobody = await shop.ExchangeAsync(edit: form => form.Authorization = null);
        var merelyNamed = await shop.ExchangeAsync(edit: form =>
        {
            form.Authorization = null;
            form[ParameterNames.ClientId] = "web";
        });

        nobody.AssertRefused(ErrorCodes.InvalidClient);
        merelyNamed.AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Conformance_26_Refuses_a_client_without_the_grant_as_unauthorized_client()
    {
        var answer = await shop.ExchangeAsync("audit");

        answer.AssertRefused(ErrorCodes.UnauthorizedClient);
    }

    [Fact]
    public async Task Conformance_27_Accepts_private_key_jwt()
    {
        var jwt = await shop.IssueAsync("reporting", audience: "catalog");

        Assert.Equal("reporting", jwt.Text("client_id"));
    }

    [Fact]
    public async Task Conformance_27_Refuses_an_assertion_for_another_audience() =>
        await RefusesAssertion(shop.Parties.Assertion("reporting", "https://sts.other.example"));

    [Fact]
    public async Task Conformance_27_Refuses_an_expired_assertion() =>
        await RefusesAssertion(Assertion(claims => claims["exp"] = Seconds(TimeSpan.FromMinutes(-5))));

    [Fact]
    public async Task Conformance_27_Refuses_an_assertion_with_a_bad_signature() =>
        await RefusesAssertion(Assertion(_ => { }) is var good ? good[..^4] + (good.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA") : "");

    [Fact]
    public async Task Conformance_27_Refuses_a_replayed_assertion()
    {
        var assertion = Assertion(_ => { });

        (await ExchangeWith(assertion)).AssertIssued();
        (await ExchangeWith(assertion)).AssertRefused(ErrorCodes.InvalidClient);
    }

    private static long Seconds(TimeSpan fromNow) => (ShopParties.Now + fromNow).ToUnixTimeSeconds();

    private string Assertion(Action<JsonObject> claims) => shop.Parties.Assertion("reporting", shop.Issuer, claims: claims);

    private Task<TokenAnswer> ExchangeWith(string assertion) =>
        shop.ExchangeAsync("reporting", audience: "catalog", edit: form => form.UseAssertion(assertion));

    private async Task RefusesAssertion(string assertion) =>
        (await ExchangeWith(assertion)).AssertRefused(ErrorCodes.InvalidClient);
}
