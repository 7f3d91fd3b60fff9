using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.ProofOfPossession;

public sealed class DpopProofTests
{
    private const string Endpoint = "https://sts.example/oauth/token";

    /// <summary>RFC 9449 section 5, figure 4; its key has the thumbprint of section 6.1.</summary>
    private const string ExampleOfTheStandard =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19"
        + ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ"
        + ".2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    private static readonly ClusterSecret Secret = ClusterSecret.Generate();

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly TestKey Key = TestKey.Create();

    [Fact]
    public void Accepts_the_example_of_the_standard()
    {
        var outcome = DpopProof.Validate(
            ExampleOfTheStandard,
            new DpopExpectation(new Uri("https://server.example.com/token"), null, NonceRequired: false),
            Secret,
            DateTimeOffset.FromUnixTimeSeconds(1562262616));

        Assert.Null(outcome.Refusal);
        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", outcome.Confirmation?.Thumbprint);
        Assert.Equal("-BwC3ESc6acc2lTc", outcome.Spend?.Jti);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void Accepts_each_algorithm_and_names_the_key_by_its_thumbprint(string algorithm)
    {
        var key = TestKey.Create(algorithm);

        Assert.Equal(TestProof.Thumbprint(key), Validate(TestProof.Of(key, Endpoint, Now)).Confirmation?.Thumbprint);
    }

    [Theory]
    [InlineData("HTTPS://STS.example:443/oauth/token")]
    [InlineData("https://sts.example/oauth/./token")]
    [InlineData("https://sts.example/o%61uth/token")]
    [InlineData("https://sts.example/oauth/token?a=b#c")]
    public void Accepts_the_endpoint_in_another_spelling(string uri) => Assert.Null(Validate(Proof(claims: c => c["htu"] = uri)).Refusal);

    [Theory]
    [InlineData("http://sts.example/oauth/token")]
    [InlineData("https://sts.example:8443/oauth/token")]
    [InlineData("https://sts.example/oauth/Token")]
    [InlineData("https://sts.example/oauth/token/")]
    [InlineData("https://u:p@sts.example/oauth/token")]
    [InlineData("https://other.example/oauth/token")]
    [InlineData("/oauth/token")]
    [InlineData("")]
    public void Fault_Z25_Refuses_another_endpoint(string uri) => Refuses(Proof(claims: c => c["htu"] = uri));

    [Theory]
    [InlineData("jti", null)]
    [InlineData("jti", "\"\"")]
    [InlineData("jti", "7")]
    [InlineData("htm", null)]
    [InlineData("htm", "\"GET\"")]
    [InlineData("htm", "\"post\"")]
    [InlineData("htu", null)]
    [InlineData("iat", null)]
    [InlineData("iat", "\"1800000000\"")]
    [InlineData("iat", "1799999939")]
    [InlineData("iat", "1800000031")]
    [InlineData("exp", "1799999970")]
    [InlineData("nbf", "1800000031")]
    [InlineData("ath", "\"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo\"")]
    [InlineData("ath", "null")]
    public void Fault_Z25_Refuses_a_bad_claim(string claim, string? json) => Refuses(Proof(claims: c => Set(c, claim, json)));

    [Theory]
    [InlineData("1799999940")]
    [InlineData("1800000030")]
    public void Accepts_the_bounds_of_iat(string issuedAt) => Assert.Null(Validate(Proof(claims: c => Set(c, "iat", issuedAt))).Refusal);

    [Theory]
    [InlineData("typ", null)]
    [InlineData("typ", "\"JWT\"")]
    [InlineData("alg", "\"none\"")]
    [InlineData("alg", "\"HS256\"")]
    [InlineData("alg", "\"ES384\"")]
    [InlineData("jwk", null)]
    [InlineData("jwk", "\"x\"")]
    [InlineData("jwk", "{}")]
    [InlineData("jku", "\"https://evil.example\"")]
    [InlineData("crit", "[\"x\"]")]
    public void Fault_Z25_Refuses_a_bad_header(string member, string? json) => Refuses(Proof(header: h => Set(h, member, json)));

    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("k")]
    public void Fault_Z25_Refuses_a_private_key(string member) => Refuses(Proof(header: h => h["jwk"]![member] = "AQAB"));

    [Fact]
    public void Fault_Z25_Refuses_another_key_than_the_one_that_signed() =>
        Refuses(Proof(header: h => h["jwk"] = TestKey.Create().PublicJwk()));

    [Fact]
    public void Fault_Z25_A_key_that_is_known_still_has_to_verify()
    {
        Assert.Null(Validate(Proof()).Refusal);

        Refuses(TestProof.Of(TestKey.Create(), Endpoint, Now, header: h => h["jwk"] = Key.PublicJwk()));
        Refuses(Proof()[..^8] + "AAAAAAAA");
    }

    [Theory]
    [InlineData("d", "AQAB")]
    [InlineData("use", "enc")]
    [InlineData("alg", "ES384")]
    [InlineData("x", "AQAB")]
    public void Fault_Z25_A_key_that_is_known_by_another_text_is_read_again(string member, string value)
    {
        Assert.Null(Validate(Proof()).Refusal);

        Refuses(Proof(header: h => h["jwk"]![member] = value));
    }

    [Fact]
    public void Remembers_a_key_that_verified_a_proof()
    {
        var key = TestKey.Create();
        Assert.Null(Validate(TestProof.Of(key, Endpoint, Now)).Refusal);

        Assert.Same(Find(key.PublicJwk()), Find(key.PublicJwk()));
    }

    [Fact]
    public void Remembers_no_key_that_verified_nothing()
    {
        var key = TestKey.Create();
        Refuses(Proof(header: h => h["jwk"] = key.PublicJwk()));

        Assert.NotSame(Find(key.PublicJwk()), Find(key.PublicJwk()));
    }

    [Fact]
    public void Remembers_no_key_of_more_than_a_kilobyte()
    {
        var key = TestKey.Create();
        var jwk = key.PublicJwk();
        jwk["padding"] = new string('x', 1024);
        Assert.Null(Validate(TestProof.Of(key, Endpoint, Now, header: h => h["jwk"] = jwk.DeepClone())).Refusal);

        Assert.NotSame(Find(jwk), Find(jwk));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("proof")]
    public void Fault_Z25_Refuses_what_is_no_proof(string text) => Refuses(text);

    [Fact]
    public void Fault_Z25_Refuses_two_proofs_in_one_value() => Refuses(Proof() + ", " + Proof());

    [Fact]
    public void Accepts_ath_of_the_presented_token() => Assert.Null(DpopProof.Validate(
        Proof(claims: c => c["ath"] = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"),
        new DpopExpectation(new Uri(Endpoint), "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", NonceRequired: false),
        Secret,
        Now).Refusal);

    [Fact]
    public void Asks_for_a_nonce_where_one_is_required_and_accepts_it()
    {
        var nonce = DpopNonce.At(Now, Secret);

        Assert.Equal(RefusalReason.DpopNonceRequired, Validate(Proof(), nonceRequired: true).Refusal?.Reason);
        Assert.Null(Validate(Proof(claims: c => c["nonce"] = nonce), nonceRequired: true).Refusal);
        Assert.Null(Validate(Proof(claims: c => c["nonce"] = nonce)).Refusal);
    }

    [Fact]
    public void Refuses_a_nonce_that_is_old_or_of_another_cluster()
    {
        string[] nonces = [DpopNonce.At(Now - (2 * DpopNonce.Window), Secret), DpopNonce.At(Now, ClusterSecret.Generate()), ""];

        Assert.All(nonces, nonce => Assert.Equal(
            RefusalReason.DpopNonceRequired, Validate(Proof(claims: c => c["nonce"] = nonce)).Refusal?.Reason));
    }

    [Fact]
    public void Accepts_a_nonce_for_at_least_one_window()
    {
        var nonce = DpopNonce.At(Now, Secret);

        Assert.True(DpopNonce.IsCurrent(nonce, Now + DpopNonce.Window, Secret));
        Assert.False(DpopNonce.IsCurrent(nonce, Now + (2 * DpopNonce.Window), Secret));
    }

    private static void Refuses(string proof)
    {
        var outcome = Validate(proof);

        Assert.Equal(RefusalReason.DpopProofInvalid, outcome.Refusal?.Reason);
        Assert.Null(outcome.Confirmation);
        Assert.Null(outcome.Spend);
    }

    private static string Proof(Action<JsonObject>? claims = null, Action<JsonObject>? header = null) =>
        TestProof.Of(Key, Endpoint, Now, claims, header);

    private static DpopOutcome Validate(string proof, bool nonceRequired = false) =>
        DpopProof.Validate(proof, new DpopExpectation(new Uri(Endpoint), "a.token", nonceRequired), Secret, Now);

    private static VerificationKey? Find(JsonObject jwk) => ProofKeys.Find(JsonSerializer.SerializeToElement(jwk))?.Value;

    private static void Set(JsonObject json, string member, string? value)
    {
        json.Remove(member);
        if (value is not null)
        {
            json[member] = JsonNode.Parse(value);
        }
    }
}
