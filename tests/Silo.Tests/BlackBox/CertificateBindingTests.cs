using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Certificate-bound access tokens (RFC 8705 section 3), over real TLS.</summary>
[Collection<CertificateShopCollection>]
public sealed class CertificateBindingTests(CertificateShop shop)
{
    private const string Member = "x5t#S256";

    [Fact]
    public async Task Binds_the_token_to_the_callers_certificate_where_the_target_requires_it()
    {
        var answer = await shop.ExchangeAsync("orders", CertificateShop.Orders, "vault");

        Assert.Equal(CertificateShop.ThumbprintOf(CertificateShop.Orders), BoundTo(answer.AssertIssued()));
        Assert.Equal(AccessTokenTypes.Bearer, answer.Text(ParameterNames.TokenType));
        Assert.False((await shop.ExchangeAsync("orders", CertificateShop.Orders, "archive")).AssertIssued().Claims.TryGetProperty("cnf", out _));
    }

    [Fact]
    public async Task Binds_to_any_certificate_of_a_client_that_authenticates_by_secret()
    {
        var certificate = TestAuthority.SelfSigned("CN=whoever");

        var bound = await shop.ExchangeAsync("web", certificate, "vault", edit: UseSecret("web"));
        Assert.Equal(CertificateShop.ThumbprintOf(certificate), BoundTo(bound.AssertIssued()));

        (await shop.ExchangeAsync("web", null, "vault", edit: UseSecret("web"))).AssertRefused(ErrorCodes.InvalidRequest);
        var expired = TestAuthority.SelfSigned("CN=whoever", end: ShopParties.Now.AddMinutes(-1));
        (await shop.ExchangeAsync("web", expired, "vault", edit: UseSecret("web"))).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_T31_Refuses_a_bound_subject_without_its_certificate()
    {
        var bound = BoundSubject("web", CertificateShop.Orders);

        (await shop.ExchangeAsync("web", null, "archive", bound, UseSecret("web"))).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_Z26_Exchanges_a_bound_subject_with_its_own_certificate_only_and_keeps_the_binding()
    {
        var bound = BoundSubject("catalog", CertificateShop.Catalog);
        var foreign = BoundSubject("catalog", CertificateShop.Orders);

        var kept = await shop.ExchangeAsync("catalog", CertificateShop.Catalog, "archive", bound);
        Assert.Equal(CertificateShop.ThumbprintOf(CertificateShop.Catalog), BoundTo(kept.AssertIssued()));
        (await shop.ExchangeAsync("catalog", CertificateShop.Catalog, "archive", foreign)).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Moves_the_binding_to_the_callers_certificate_where_the_rule_says_so()
    {
        var moved = await shop.ExchangeAsync("catalog", CertificateShop.Catalog, "depot", BoundSubject("catalog", CertificateShop.Orders));

        Assert.Equal(CertificateShop.ThumbprintOf(CertificateShop.Catalog), BoundTo(moved.AssertIssued()));
    }

    [Fact]
    public async Task Fault_Z26_Keeps_the_binding_over_hops_and_never_answers_another_certificate_from_memory()
    {
        var subject = shop.Parties.SubjectToken(forClient: "web");
        var (first, second) = (TestAuthority.SelfSigned("CN=first"), TestAuthority.SelfSigned("CN=second"));
        foreach (var certificate in new[] { first, second, first })
        {
            var answer = await shop.ExchangeAsync("web", certificate, "vault", subject, UseSecret("web"));
            Assert.Equal(CertificateShop.ThumbprintOf(certificate), BoundTo(answer.AssertIssued()));
        }

        // The next hop: our own token is bound as well.
        var own = (await shop.ExchangeAsync("web", first, "vault", subject, UseSecret("web"))).AssertIssued().Token;
        (await shop.ExchangeAsync("vault", second, "archive", own, UseSecret("vault"))).AssertRefused(ErrorCodes.InvalidRequest);
        var next = await shop.ExchangeAsync("vault", second, "depot", own, UseSecret("vault"));
        Assert.Equal(CertificateShop.ThumbprintOf(second), BoundTo(next.AssertIssued()));
    }

    [Fact]
    public async Task Shows_the_binding_at_introspection()
    {
        var token = (await shop.ExchangeAsync("orders", CertificateShop.Orders, "vault")).AssertIssued().Token;
        var form = TokenForm.Of("none");
        form.Add(ParameterNames.Token, token);
        form.Add(ParameterNames.ClientId, "orders");
        using var request = form.ToRequest();
        request.RequestUri = new Uri("/oauth/introspect", UriKind.Relative);
        using var client = shop.Connect(CertificateShop.Orders);
        using var response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.True((bool?)json["active"]);
        Assert.Equal(AccessTokenTypes.Bearer, (string?)json["token_type"]);
        Assert.Equal(CertificateShop.ThumbprintOf(CertificateShop.Orders), (string?)json["cnf"]![Member]);
    }

    private static Action<TokenForm> UseSecret(string client) => form =>
    {
        form.Remove(ParameterNames.ClientId);
        form.UseBasic(client, ShopParties.SecretOf(client));
    };

    private static string? BoundTo(IssuedJwt token) => token.Claims.GetProperty("cnf").GetProperty(Member).GetString();

    private string BoundSubject(string client, X509Certificate2 certificate) => shop.Parties.SubjectToken(
        forClient: client, claims: claims => claims["cnf"] = new JsonObject { [Member] = CertificateShop.ThumbprintOf(certificate) });
}
