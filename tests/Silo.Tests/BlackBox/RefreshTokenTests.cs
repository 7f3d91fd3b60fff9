using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Refresh tokens (RFC 8693 section 2.2.1, RFC 6749 section 6): asked for, used, bound, and decided anew each time.</summary>
public sealed class RefreshTokenTests(RefreshShop shop) : IClassFixture<RefreshShop>
{
    private const string AnyScope = "browse orders.place";

    [Fact]
    public async Task Issues_a_refresh_token_that_says_nothing_and_is_no_access_token()
    {
        var answer = await shop.AskAsync("orders");

        Assert.Matches("^xcr_[A-Za-z0-9_-]{70}$", answer.AssertOpaque());
        Assert.Equal(TokenTypeIdentifiers.RefreshToken, answer.Text(ParameterNames.IssuedTokenType));
        Assert.Equal(AccessTokenTypes.NotApplicable, answer.Text(ParameterNames.TokenType));
        Assert.Equal(AnyScope, answer.Scope);
        Assert.InRange(answer.ExpiresIn, (30 * 86400) - 10, 30 * 86400);
    }

    [Fact]
    public async Task Gives_an_access_token_that_outlives_the_subject_token_and_the_next_refresh_token()
    {
        var first = await shop.StartAsync("orders", shop.Parties.SubjectToken(lifetime: TimeSpan.FromMinutes(1)));

        var answer = await shop.RefreshAsync(first);

        var jwt = answer.AssertIssued();
        Assert.Equal(("alice", AnyScope), (jwt.Subject, answer.Scope));
        Assert.Equal(["https://orders.shop.example"], jwt.Audiences);
        Assert.InRange(answer.ExpiresIn, 590, 600);
        Assert.Equal(AccessTokenTypes.Bearer, answer.Text(ParameterNames.TokenType));
        Assert.NotEqual(first, answer.Text(ParameterNames.RefreshToken));
        var again = await shop.RefreshAsync(answer.Text(ParameterNames.RefreshToken)!);
        Assert.NotEqual(jwt.Token, again.AssertIssued().Token);
    }

    [Fact]
    public async Task Conformance_52_Returns_a_refresh_token_only_where_a_rule_and_the_request_say_so()
    {
        (await shop.AskAsync("catalog")).AssertRefused(ErrorCodes.InvalidRequest);

        var plain = await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "orders");
        plain.AssertIssued();
        Assert.Null(plain.Text(ParameterNames.RefreshToken));
    }

    [Fact]
    public async Task Conformance_52_Binds_a_refresh_token_to_its_client()
    {
        var token = await shop.StartAsync("orders");

        (await shop.RefreshAsync(token, "mobile")).AssertRefused(ErrorCodes.InvalidGrant);

        // Nor does another client end it.
        (await shop.RefreshAsync(token)).AssertIssued();
    }

    [Fact]
    public async Task Refuses_a_client_that_does_not_authenticate()
    {
        var token = await shop.StartAsync("orders");

        (await shop.RefreshAsync(token, edit: form => form.UseBasic("web", "wrong-secret"))).AssertRefused(ErrorCodes.InvalidClient);
        (await shop.RefreshAsync(token, edit: form => form.Authorization = null)).AssertRefused(ErrorCodes.InvalidClient);
        (await shop.RefreshAsync(token)).AssertIssued();
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("xcr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Refuses_junk(string token) => (await shop.RefreshAsync(token)).AssertRefused(ErrorCodes.InvalidGrant);

    [Fact]
    public async Task Refuses_a_request_without_a_refresh_token_or_with_two()
    {
        var token = await shop.StartAsync("orders");

        (await shop.RefreshAsync("")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.RefreshAsync(token, edit: form => form.Add(ParameterNames.RefreshToken, token))).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.RefreshAsync(token)).AssertIssued();
    }

    [Fact]
    public async Task Narrows_the_scope_on_request_and_never_widens_it()
    {
        var token = await shop.StartAsync("orders", scope: "browse");

        (await shop.RefreshAsync(token, scope: AnyScope)).AssertRefused(ErrorCodes.InvalidScope);
        var all = await shop.RefreshAsync(token);
        Assert.Equal("browse", all.AssertIssued().Claims.GetProperty("scope").GetString());

        token = await shop.StartAsync("orders");
        var less = await shop.RefreshAsync(token, scope: "browse");
        Assert.Equal("browse", less.AssertIssued().Claims.GetProperty("scope").GetString());

        // RFC 6749 section 6: the next refresh token has the scope of this one.
        Assert.Equal(AnyScope, (await shop.RefreshAsync(less.Text(ParameterNames.RefreshToken)!)).Scope);
    }

    [Fact]
    public async Task Narrows_the_targets_on_request_and_never_widens_them()
    {
        var token = await shop.StartAsync("orders", scope: "browse", edit: form => form.Add(ParameterNames.Audience, "stock"));

        (await shop.RefreshAsync(token, edit: form => form.Add(ParameterNames.Audience, "catalog"))).AssertRefused(ErrorCodes.InvalidTarget);
        var one = await shop.RefreshAsync(token, edit: form => form.Add(ParameterNames.Resource, "https://stock.shop.example"));
        Assert.Equal(["https://stock.shop.example"], one.AssertIssued().Audiences);
        var both = await shop.RefreshAsync(one.Text(ParameterNames.RefreshToken)!);
        Assert.Equal(["https://orders.shop.example", "https://stock.shop.example"], both.AssertIssued().Audiences);
    }

    [Fact]
    public async Task Gives_what_a_rule_elevates_again_and_only_that()
    {
        var answer = await shop.RefreshAsync(await shop.StartAsync("geolocation"));

        Assert.Equal("locate", answer.AssertIssued().Claims.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Gives_an_opaque_access_token_where_the_target_gets_such()
    {
        var answer = await shop.RefreshAsync(await shop.StartAsync("vault"));

        Assert.StartsWith("xct_", answer.AssertOpaque(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_less_once_the_rule_gives_less()
    {
        var token = await shop.StartAsync("narrowed");

        await shop.ChangePolicyAsync("scopes: [browse, orders.place], refresh: { lifetime: 2d }", "scopes: [browse], refresh: { lifetime: 2d }");

        (await shop.RefreshAsync(token, scope: AnyScope)).AssertRefused(ErrorCodes.InvalidScope);
        Assert.Equal("browse", (await shop.RefreshAsync(token)).AssertIssued().Claims.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Ends_earlier_once_the_rule_says_so()
    {
        var token = await shop.StartAsync("shortened");

        await shop.ChangePolicyAsync("refresh: { lifetime: 3d }", "refresh: { lifetime: 2m }");

        var answer = await shop.RefreshAsync(token);
        answer.AssertIssued();
        Assert.InRange(answer.ExpiresIn, 60, 120);
    }

    [Fact]
    public async Task Refuses_once_the_rule_gives_no_refresh_tokens()
    {
        var token = await shop.StartAsync("dropped");

        await shop.ChangePolicyAsync(", refresh: { lifetime: 4d }", "");

        (await shop.RefreshAsync(token)).AssertRefused(ErrorCodes.InvalidGrant);
    }

    [Fact]
    public async Task Refuses_for_good_once_its_issuer_was_trusted_no_more()
    {
        var token = await shop.StartAsync("orders", shop.Parties.SubjectToken(shop.Parties.Partner));
        var active = await shop.StartAsync("orders", shop.Parties.SubjectToken());

        await shop.ChangePolicyAsync($"issuer: {shop.Parties.Partner.Issuer},", "issuer: https://other-partner.example,");
        Assert.False(await shop.IsActiveAsync("web", token));
        await shop.ChangePolicyAsync("issuer: https://other-partner.example,", $"issuer: {shop.Parties.Partner.Issuer},");

        Assert.False(await shop.IsActiveAsync("web", token));
        (await shop.RefreshAsync(token)).AssertRefused(ErrorCodes.InvalidGrant);
        (await shop.RefreshAsync(active)).AssertIssued();
    }

    [Fact]
    public async Task Does_not_add_up_along_a_chain()
    {
        var access = (await shop.RefreshAsync(await shop.StartAsync("orders"))).AssertIssued();

        var chained = await shop.AskAsync("stock", access.Token, "orders");

        // The rule says 60 days; the chain lives by one of 30.
        chained.AssertOpaque();
        Assert.InRange(chained.ExpiresIn, (30 * 86400) - 10, 30 * 86400);
        var plain = await shop.AskAsync("stock", (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "orders")).AssertIssued().Token, "orders");
        Assert.InRange(plain.ExpiresIn, (60 * 86400) - 10, 60 * 86400);
    }

    [Fact]
    public async Task Keeps_the_key_that_it_was_bound_to()
    {
        var (key, other) = (TestKey.Create(), TestKey.Create());
        var token = await shop.StartAsync("orders", edit: form => form.Proofs.Add(Proof(key)));

        (await shop.RefreshAsync(token)).AssertRefused(ErrorCodes.InvalidDpopProof);
        (await shop.RefreshAsync(token, edit: form => form.Proofs.Add(Proof(other)))).AssertRefused(ErrorCodes.InvalidGrant);

        var answer = await shop.RefreshAsync(token, edit: form => form.Proofs.Add(Proof(key)));
        Assert.Equal(TestProof.Thumbprint(key), answer.AssertIssued().Claims.GetProperty("cnf").GetProperty("jkt").GetString());
        Assert.Equal(AccessTokenTypes.Dpop, answer.Text(ParameterNames.TokenType));
        (await shop.RefreshAsync(answer.Text(ParameterNames.RefreshToken)!)).AssertRefused(ErrorCodes.InvalidDpopProof);
    }

    [Fact]
    public async Task Is_dead_once_the_subject_is_blocked()
    {
        var token = await shop.StartAsync("orders", shop.Parties.SubjectToken(subject: "mallory"));
        var services = shop.Silo.Services;
        var secret = services.GetRequiredService<IClusterState>().Current!.KeyRing.Secret;

        await services.GetRequiredService<IRevocationPublisher>().RevokeAsync(
            [RevocationTarget.Subject(shop.Parties.Login.Issuer, "mallory", secret)], isBlock: true, new Revoker("web", null), TestContext.Current.CancellationToken);

        (await shop.RefreshAsync(token)).AssertRefused(ErrorCodes.InvalidGrant);
        Assert.False(await shop.IsActiveAsync("web", token));
    }

    [Fact]
    public async Task Names_the_grant_in_the_metadata()
    {
        var metadata = await shop.Client.GetJsonAsync("/.well-known/oauth-authorization-server");

        Assert.Contains("refresh_token", metadata.GetProperty("grant_types_supported").EnumerateArray().Select(item => item.GetString()));
    }

    private string Proof(TestKey key) => TestProof.Of(key, shop.TokenEndpoint, ShopParties.Now);
}
