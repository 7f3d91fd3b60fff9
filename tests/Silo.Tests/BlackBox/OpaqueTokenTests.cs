using System.Text.Json;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Opaque access tokens: a reference outside, a token of ours with everything that belongs to it inside.</summary>
[Collection<GrantShopCollection>]
public sealed class OpaqueTokenTests(GrantShop shop)
{
    [Fact]
    public async Task Conformance_46_Issues_an_opaque_access_token_that_says_nothing()
    {
        var answer = await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "vault");

        var token = answer.AssertOpaque();
        Assert.Matches("^xct_[A-Za-z0-9_-]{48}$", token);
        Assert.Equal(TokenTypeIdentifiers.AccessToken, answer.Text(ParameterNames.IssuedTokenType));
        Assert.Equal("Bearer", answer.Text(ParameterNames.TokenType));
        Assert.Equal("browse", answer.Scope);
        Assert.InRange(answer.ExpiresIn, 290, 300);
    }

    [Fact]
    public async Task Answers_the_second_request_with_the_same_reference()
    {
        var token = shop.Parties.SubjectToken();

        Assert.Equal(
            (await shop.ExchangeAsync("web", token, "vault")).AssertOpaque(), (await shop.ExchangeAsync("web", token, "vault")).AssertOpaque());
    }

    [Fact]
    public async Task Accepts_an_opaque_token_as_an_access_token_of_its_subject()
    {
        var opaque = await IssueAsync();

        var jwt = (await shop.ExchangeAsync("vault", opaque, "shelf")).AssertIssued();
        Assert.Equal("alice", jwt.Subject);
        Assert.Equal(["https://shelf.shop.example"], jwt.Audiences);
    }

    [Fact]
    public async Task Issues_an_own_token_as_an_opaque_one() => (await shop.OwnTokenAsync("web", "vault")).AssertOpaque();

    [Fact]
    public async Task Conformance_33_Refuses_an_opaque_token_that_is_declared_a_jwt()
    {
        var form = TokenForm.Exchange(await IssueAsync());
        form[ParameterNames.SubjectTokenType] = TokenTypeIdentifiers.Jwt;

        (await shop.SendAsync("vault", form, "shelf")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Conformance_55_Refuses_a_jwt_where_opaque_tokens_are_issued()
    {
        var form = TokenForm.Exchange(shop.Parties.SubjectToken());
        form[ParameterNames.RequestedTokenType] = TokenTypeIdentifiers.Jwt;

        (await shop.SendAsync("web", form, "vault")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Refuses_an_opaque_token_of_another_client() =>
        (await shop.ExchangeAsync("orders", await IssueAsync(), "catalog")).AssertRefused(ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Refuses_junk_as_it_refuses_every_bad_subject_token()
    {
        var opaque = await IssueAsync();
        var junk = opaque[..^1] + (opaque[^1] == 'A' ? 'B' : 'A');

        var refused = await shop.ExchangeAsync("vault", junk, "shelf");
        var malformed = await shop.ExchangeAsync("vault", "junk", "shelf");

        refused.AssertRefused(ErrorCodes.InvalidRequest);
        Assert.Equal(malformed.Body, refused.Body);
    }

    [Fact]
    public async Task Refuses_a_reference_that_the_cluster_keeps_no_more()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var services = shop.Silo.Services;
        var secret = services.GetRequiredService<IClusterState>().Current!.KeyRing.Secret;
        var expired = await services.GetRequiredService<ITokenReferences>().KeepAsync(
            new SensitiveText("a.b.c"), ShopParties.Now.AddSeconds(-1), secret, cancellationToken);

        (await shop.ExchangeAsync("vault", expired.Text.Reveal(), "shelf")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Is_introspected_as_the_token_behind_it_by_its_target_alone()
    {
        var opaque = await IssueAsync();

        var shown = await AskAsync("/oauth/introspect", "vault", opaque);
        Assert.True(shown.GetProperty("active").GetBoolean());
        Assert.Equal("alice", shown.GetProperty("sub").GetString());
        Assert.Equal("browse", shown.GetProperty("scope").GetString());
        Assert.False((await AskAsync("/oauth/introspect", "orders", opaque)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Is_dead_everywhere_once_it_is_revoked_and_not_handed_out_again()
    {
        var token = shop.Parties.SubjectToken();
        var opaque = (await shop.ExchangeAsync("web", token, "vault")).AssertOpaque();

        await AskAsync("/oauth/revoke", "web", opaque);

        Assert.False((await AskAsync("/oauth/introspect", "vault", opaque)).GetProperty("active").GetBoolean());
        (await shop.ExchangeAsync("vault", opaque, "shelf")).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.NotEqual(opaque, (await shop.ExchangeAsync("web", token, "vault")).AssertOpaque());
    }

    private async Task<JsonElement> AskAsync(string path, string client, string token)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var form = new TokenForm();
        form.Add("token", token);
        form.UseBasic(client, ShopParties.SecretOf(client));
        using var request = form.ToRequest();
        request.RequestUri = new Uri(path, UriKind.Relative);
        using var response = await shop.Client.Http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, body);
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }

    private async Task<string> IssueAsync() => (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "vault")).AssertOpaque();
}
