using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Group C of the fault catalogue: client authentication. All of it on one silo.
/// </summary>
[Collection<ShopCollection>]
public sealed class FaultClientAuthenticationTests(Shop shop)
{
    private const string WrongSecret = "not-the-secret-0123456789";

    [Fact]
    public async Task Fault_C1_Refuses_no_wrong_and_unknown_credentials_alike()
    {
        var none = await shop.ExchangeAsync(edit: form => form.Authorization = null);
        var wrong = await shop.ExchangeAsync(edit: form => form.UseBasic("web", WrongSecret));
        var unknown = await shop.ExchangeAsync(edit: form => form.UseBasic("nobody", WrongSecret));
        var withoutSecret = await shop.ExchangeAsync(edit: form => form.UseBasic("geolocation", WrongSecret));

        Assert.All([none, wrong, unknown, withoutSecret], answer =>
        {
            answer.AssertRefused(ErrorCodes.InvalidClient);
            Assert.Equal(none.Body, answer.Body);
            Assert.Equal(none.Headers.WwwAuthenticate.ToString(), answer.Headers.WwwAuthenticate.ToString());
        });
    }

    [Theory]
    [InlineData("Basic %%%")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Bearer d2ViOnNlY3JldA==")]
    [InlineData("Basic d2Vi")]
    [InlineData("Basic OnNlY3JldA==")]
    public async Task Fault_C2_Refuses_a_malformed_authorization_header(string authorization) =>
        (await shop.ExchangeAsync(edit: form => form.Authorization = authorization)).AssertRefused(ErrorCodes.InvalidClient);

    [Fact]
    public async Task Fault_C2_Reads_basic_credentials_form_encoded()
    {
        var secret = ShopParties.SecretOf("mobile");
        var encoded = Uri.EscapeDataString(secret);

        async Task<TokenAnswer> With(string pair) => await shop.ExchangeAsync("mobile", edit: form => form.UseRawBasic(pair));

        // RFC 6749 section 2.3.1: a space may be + or %20.
        (await With($"mobile:{encoded}")).AssertIssued();
        (await With($"mobile:{encoded.Replace("%20", "+", StringComparison.Ordinal)}")).AssertIssued();
        (await With($"mobile:{secret}")).AssertRefused(ErrorCodes.InvalidClient);
        (await With($"mobile:{encoded.Replace("%3A", ":", StringComparison.Ordinal)}")).AssertRefused(ErrorCodes.InvalidClient);
        (await With($"mobile:{encoded.Replace("%2B", "+", StringComparison.Ordinal)}")).AssertRefused(ErrorCodes.InvalidClient);
        (await With($"mobile:{encoded.Replace("%25", "%", StringComparison.Ordinal)}")).AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Fault_C3_Refuses_two_methods_at_once()
    {
        var assertion = Assertion();

        var basicAndPost = await shop.ExchangeAsync(edit: form => form[ParameterNames.ClientSecret] = ShopParties.SecretOf("web"));
        var basicAndAssertion = await shop.ExchangeAsync(edit: form =>
        {
            var header = form.Authorization;
            form.UseAssertion(assertion);
            form.Authorization = header;
        });
        var postAndAssertion = await shop.ExchangeAsync("reporting", edit: form =>
            form[ParameterNames.ClientSecret] = ShopParties.SecretOf("web"));

        Assert.All([basicAndPost, basicAndAssertion, postAndAssertion], answer => answer.AssertRefused(ErrorCodes.InvalidRequest));
    }

    [Fact]
    public async Task Fault_C3_Accepts_client_id_beside_the_header_only_when_it_is_the_same()
    {
        (await shop.ExchangeAsync(edit: form => form[ParameterNames.ClientId] = "web")).AssertIssued();
        (await shop.ExchangeAsync(edit: form => form[ParameterNames.ClientId] = "mobile")).AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Fault_C4_Accepts_an_assertion_for_our_issuer_identifier_only()
    {
        var us = shop.Issuer;

        await Refuses(Assertion(claims => claims["aud"] = "https://sts.other.example"));
        await Refuses(Assertion(claims => claims["aud"] = new JsonArray(us, "https://sts.other.example")));
        await Refuses(Assertion(claims => claims["aud"] = us + "/oauth/token"));
        await Refuses(Assertion(claims => claims["aud"] = us + "/"));
        await Refuses(Assertion(claims => claims.Remove("aud")));
        (await With(Assertion())).AssertIssued();
    }

    [Fact]
    public async Task Fault_C5_Refuses_an_unsigned_hmac_or_junk_assertion_even_beside_a_valid_secret()
    {
        var unsigned = Assertion(header: header => header["alg"] = "none");
        string[] forgeries =
        [
            unsigned,
            unsigned[..(unsigned.LastIndexOf('.') + 1)],
            HmacWithPublicKey(),
            "junk",
            "a.b.c",
        ];
        foreach (var forgery in forgeries)
        {
            await Refuses(forgery);

            // Two methods: RFC 6749 section 5.2 says invalid_request; what matters is that the secret doesn't save it.
            var beside = await shop.ExchangeAsync(edit: form =>
            {
                var header = form.Authorization;
                form.UseAssertion(forgery);
                form.Authorization = header;
            });
            beside.AssertRefused(ErrorCodes.InvalidRequest);
        }
    }

    [Fact]
    public async Task Fault_C6_Refuses_an_assertion_with_wrong_claims()
    {
        await Refuses(Assertion(claims => claims["iss"] = "billing"));
        await Refuses(Assertion(claims => claims["sub"] = "billing"));
        await Refuses(Assertion(claims => claims.Remove("sub")));
        await Refuses(Assertion(claims => claims.Remove("exp")));
        await Refuses(Assertion(claims => claims.Remove("jti")));
        await Refuses(Assertion(claims => claims["exp"] = In(TimeSpan.FromMinutes(-5))));
        await Refuses(Assertion(claims => claims["exp"] = In(TimeSpan.FromHours(24))));
        await Refuses(Assertion(claims => claims["nbf"] = In(TimeSpan.FromSeconds(61))));

        var otherClientId = await shop.ExchangeAsync("reporting", audience: "catalog", edit: form => form[ParameterNames.ClientId] = "billing");
        otherClientId.AssertRefused(ErrorCodes.InvalidClient);
    }

    [Fact]
    public async Task Fault_C6_Accepts_an_assertion_whose_clock_differs_by_eight_seconds()
    {
        (await With(Assertion(claims => claims["iat"] = In(TimeSpan.FromSeconds(8))))).AssertIssued();
        (await With(Assertion(claims => claims["nbf"] = In(TimeSpan.FromSeconds(8))))).AssertIssued();
        (await With(Assertion(claims => claims["exp"] = In(TimeSpan.FromSeconds(-8))))).AssertIssued();
    }

    [Fact]
    public async Task Fault_C7_Accepts_one_of_a_hundred_uses_of_an_assertion_at_once()
    {
        var assertion = Assertion();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => With(assertion)));

        Assert.Single(answers, answer => answer.IsIssued);
        Assert.All(answers.Where(answer => !answer.IsIssued), answer => answer.AssertRefused(ErrorCodes.InvalidClient));
    }

    [Fact]
    public async Task Fault_C7_Refuses_a_used_assertion_at_every_endpoint()
    {
        var assertion = Assertion();
        (await With(assertion)).AssertIssued();

        (await With(assertion)).AssertRefused(ErrorCodes.InvalidClient);
        foreach (var path in new[] { "/oauth/introspect", "/oauth/revoke" })
        {
            var form = TokenForm.Of("none");
            form.Add(ParameterNames.Token, "whatever");
            form.UseAssertion(assertion);
            using var request = form.ToRequest();
            request.RequestUri = new Uri(path, UriKind.Relative);
            (await shop.Client.SendAsync(request, [assertion])).AssertRefused(ErrorCodes.InvalidClient);
        }
    }

    [Fact]
    public async Task Fault_C8_Accepts_the_true_assertion_after_a_forgery_with_its_jti()
    {
        var assertion = Assertion();

        await Refuses(TestJws.WithSignature(assertion, TestJws.Part(Assertion(), 2)));
        (await With(assertion)).AssertIssued();
    }

    [Fact]
    public async Task Fault_C9_Keeps_the_ids_of_clients_and_of_subject_tokens_apart()
    {
        const string Id = "the-same-id-everywhere";
        var subjectToken = shop.Parties.SubjectToken(forClient: "reporting", claims: claims => claims["jti"] = Id);

        var reporting = await shop.ExchangeAsync(
            "reporting", subjectToken, "catalog", edit: form => form.UseAssertion(Assertion(claims => claims["jti"] = Id)));
        var billing = await shop.ExchangeAsync("billing", audience: "catalog", edit: form =>
            form.UseAssertion(shop.Parties.Assertion("billing", shop.Issuer, claims: claims => claims["jti"] = Id)));
        var subjectTokenAgain = await shop.ExchangeAsync("reporting", subjectToken, "catalog");

        Assert.All([reporting, billing, subjectTokenAgain], answer => answer.AssertIssued());
    }

    [Fact]
    public async Task Fault_C9_Keeps_the_ids_of_assertions_and_proofs_of_one_key_apart()
    {
        const string Id = "one-id-for-assertion-and-proof";
        var key = shop.Parties.Reporting.Key;
        var proof = TestProof.Of(key, shop.Issuer + "/oauth/token", ShopParties.Now, claims => claims["jti"] = Id);
        var subjectToken = shop.Parties.SubjectToken(forClient: "reporting", claims: claims => claims["jti"] = Id);

        var answer = await shop.ExchangeAsync("reporting", subjectToken, "catalog", edit: form =>
        {
            form.UseAssertion(Assertion(claims => claims["jti"] = Id));
            form.Proofs.Add(proof);
        });

        answer.AssertIssued();
    }

    [Fact]
    public async Task Fault_C10_Refuses_an_assertion_signed_with_another_clients_key()
    {
        await Refuses(shop.Parties.Assertion("reporting", shop.Issuer, key: shop.Parties.Billing.Key));
        await Refuses(shop.Parties.Assertion("reporting", shop.Issuer, key: TestKey.Create(keyId: "reporting-ec")));
    }

    [Fact]
    public async Task Fault_C11_Refuses_a_secret_client_that_merely_names_itself()
    {
        var publicClient = await shop.ExchangeAsync(edit: form =>
        {
            form.Authorization = null;
            form[ParameterNames.ClientId] = "web";
        });
        var emptySecret = await shop.ExchangeAsync(edit: form => form.UsePost("web", ""));
        var emptyBasic = await shop.ExchangeAsync(edit: form => form.UseRawBasic("web:"));

        Assert.All([publicClient, emptySecret, emptyBasic], answer => answer.AssertRefused(ErrorCodes.InvalidClient));
    }

    [Fact]
    public async Task Fault_C12_Refuses_a_client_without_the_grant_as_unauthorized_client()
    {
        var right = await shop.ExchangeAsync("audit");
        var wrongSecret = await shop.ExchangeAsync("audit", edit: form => form.UseBasic("audit", WrongSecret));

        right.AssertRefused(ErrorCodes.UnauthorizedClient);
        wrongSecret.AssertRefused(ErrorCodes.InvalidClient);
    }

    private static long In(TimeSpan span) => (ShopParties.Now + span).ToUnixTimeSeconds();

    private string Assertion(Action<JsonObject>? claims = null, Action<JsonObject>? header = null) =>
        header is null
            ? shop.Parties.Assertion("reporting", shop.Issuer, claims: claims)
            : shop.Parties.Reporting.Token(ShopParties.Now, "reporting", shop.Issuer, typ: "JWT", claims: claims, header: header);

    /// <summary>The attack of CVE-2015-9235: a verifier that takes the public key for an HMAC secret accepts it.</summary>
    private string HmacWithPublicKey()
    {
        var signed = Assertion(header: header => header["alg"] = "HS256");
        var input = Encoding.ASCII.GetBytes(signed[..signed.LastIndexOf('.')]);
        var secret = Encoding.ASCII.GetBytes(shop.Parties.Reporting.Key.PublicPem());
        return Encoding.ASCII.GetString(input) + "." + Base64Url.EncodeToString(HMACSHA256.HashData(secret, input));
    }

    private Task<TokenAnswer> With(string assertion) =>
        shop.ExchangeAsync("reporting", audience: "catalog", edit: form => form.UseAssertion(assertion));

    private async Task Refuses(string assertion) => (await With(assertion)).AssertRefused(ErrorCodes.InvalidClient);
}
