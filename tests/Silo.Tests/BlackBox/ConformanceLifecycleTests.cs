using System.Text.Json;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Lifecycle, privacy and one silo under concurrency: items 73 to 78; 71 and 72 are in
/// <see cref="ConformanceRevocationTests"/>. All of it on one silo.
/// </summary>
[Collection<ShopCollection>]
public sealed class ConformanceLifecycleTests(Shop shop)
{
    private const int Concurrency = 100;

    [Fact]
    public async Task Conformance_73_Leaves_an_issued_token_as_it_was_when_the_subject_renews_its_own()
    {
        var (old, renewed) = (shop.Parties.SubjectToken(subject: "renewing"), shop.Parties.SubjectToken(subject: "renewing"));

        var first = await shop.IssueAsync(subjectToken: old);
        var second = await shop.IssueAsync(subjectToken: renewed);
        var again = await shop.IssueAsync(subjectToken: old);

        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal(first.Token, again.Token);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    public void Conformance_74_Refuses_plain_http_beyond_loopback_unless_acknowledged(string url)
    {
        var refused = Assert.Throws<StartupRefusedException>(() => Compose(url, acknowledged: false));

        Assert.Equal(ExitCodes.WrongSettings, refused.ExitCode);
        Assert.Contains(refused.Reasons, reason => reason.StartsWith("urls: ", StringComparison.Ordinal) && reason.Contains("plain HTTP", StringComparison.Ordinal));
        Compose(url, acknowledged: true);
    }

    [Fact]
    public async Task Conformance_75_Issues_only_the_protocols_claims_and_those_that_the_rule_lists()
    {
        var token = shop.Parties.SubjectToken(claims: claims =>
        {
            claims["country"] = "NO";
            claims["email"] = "alice@shop.example";
            claims["azp"] = "web";
            claims["sid"] = "session-1";
        });

        var atOrders = await shop.IssueAsync(subjectToken: token);
        var atCreditRating = await shop.IssueAsync("orders", atOrders.Token, "credit-rating");

        Assert.Equal(["aud", "client_id", "country", "exp", "iat", "iss", "jti", "lineage", "scope", "sub"], atOrders.ClaimNames);
        Assert.Equal(["aud", "client_id", "country", "exp", "iat", "iss", "jti", "lineage", "partner_id", "scope", "sub"], atCreditRating.ClaimNames);
        Assert.Equal("shop-77", atCreditRating.Text("partner_id"));
    }

    [Fact]
    public async Task Conformance_75_Shows_a_partner_a_pseudonym_and_nothing_readable_of_the_chain()
    {
        var token = shop.Parties.SubjectToken(subject: "carol@shop.example", claims: claims => claims["country"] = "SE");

        var atCreditRating = await shop.IssueAsync("orders", (await shop.IssueAsync(subjectToken: token)).Token, "credit-rating");

        Assert.NotEqual("carol@shop.example", atCreditRating.Subject);
        Assert.DoesNotContain("carol", atCreditRating.Claims.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("login.shop.example", atCreditRating.Claims.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conformance_76_Decides_identical_concurrent_requests_once()
    {
        var token = shop.Parties.SubjectToken(subject: "concurrent");

        var answers = await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(_ => shop.IssueAsync(subjectToken: token)));

        Assert.Equal("concurrent", Assert.Single(answers.Select(jwt => jwt.Token).Distinct()) is var one ? new IssuedJwt(one).Subject : null);
    }

    [Fact]
    public async Task Conformance_76_Gives_no_concurrent_caller_another_subjects_token()
    {
        var subjects = Enumerable.Range(0, Concurrency).Select(number => $"subject-{number}");

        await Task.WhenAll(subjects.Select(async subject =>
            Assert.Equal(subject, (await shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(subject: subject))).Subject)));
    }

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task Conformance_78_Lists_grant_authentication_methods_and_working_endpoints(string address)
    {
        var metadata = await shop.Client.GetJsonAsync(address);

        Assert.Equal(shop.Issuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal([GrantTypes.TokenExchange, GrantTypes.ClientCredentials, GrantTypes.JwtBearer, GrantTypes.RefreshToken, GrantTypes.BatchTokenExchange], Texts(metadata, "grant_types_supported"));
        Assert.Equal(
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            Texts(metadata, "token_endpoint_auth_methods_supported").Order(StringComparer.Ordinal));
        Assert.NotEmpty(Texts(metadata, "token_endpoint_auth_signing_alg_values_supported"));
        Assert.Empty(Texts(metadata, "authorization_details_types_supported"));

        var keys = await shop.Client.GetJsonAsync(metadata.GetProperty("jwks_uri").GetString()!);
        Assert.All(keys.GetProperty("keys").EnumerateArray(), key => Assert.False(key.TryGetProperty("d", out _)));

        var form = shop.Form("web", shop.Parties.SubjectToken());
        form.Add(ParameterNames.Audience, "orders");
        var request = form.ToRequest();
        request.RequestUri = new Uri(metadata.GetProperty("token_endpoint").GetString()!);
        (await shop.Client.SendAsync(request, form.Secrets())).AssertIssued();
    }

    private static string[] Texts(JsonElement metadata, string member) =>
        [.. metadata.GetProperty(member).EnumerateArray().Select(value => value.GetString()!)];

    private void Compose(string url, bool acknowledged)
    {
        string[] args =
        [
            "--environment=Production",
            $"--urls={url}",
            $"--{SettingNames.PathOf(SettingNames.ManagementUrl)}=http://127.0.0.1:0",
            $"--{SettingNames.PathOf(SettingNames.PolicyFile)}={shop.Silo.PolicyFile}",
            $"--{SettingNames.PathOf(SettingNames.SiloPort)}=0",
            $"--{SettingNames.PathOf(SettingNames.GatewayPort)}=0",
            $"--{SettingNames.PathOf(SettingNames.AllowPlainHttp)}={acknowledged}",
        ];
        ((IDisposable)SiloHost.Build(args)).Dispose();
    }
}
