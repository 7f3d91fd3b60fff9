using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>DPoP (RFC 9449) at the token endpoint.</summary>
[Collection<ShopCollection>]
public sealed class DpopTests(Shop shop)
{
    private readonly TestKey key = TestKey.Create();

    [Fact]
    public async Task Conformance_48_Binds_the_token_to_the_proved_key_and_says_DPoP()
    {
        var answer = await ExchangeAsync(Proof());

        Assert.Equal(TestProof.Thumbprint(key), JktOf(answer.AssertIssued()));
        Assert.Equal(AccessTokenTypes.Dpop, answer.Text(ParameterNames.TokenType));
    }

    [Fact]
    public async Task Issues_a_bearer_token_without_proof()
    {
        var answer = await shop.ExchangeAsync();

        Assert.False(answer.AssertIssued().Claims.TryGetProperty("cnf", out _));
        Assert.Equal(AccessTokenTypes.Bearer, answer.Text(ParameterNames.TokenType));
    }

    [Fact]
    public async Task Fault_Z25_Accepts_a_proof_exactly_once_of_100_at_once()
    {
        var proof = Proof();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ExchangeAsync(proof)));

        Assert.Single(answers, answer => answer.IsIssued);
        Assert.All(answers.Where(answer => !answer.IsIssued), answer => answer.AssertRefused(ErrorCodes.InvalidDpopProof));
    }

    [Fact]
    public async Task Fault_Z25_Refuses_two_headers_and_a_bad_proof()
    {
        (await ExchangeAsync(Proof(), Proof())).AssertRefused(ErrorCodes.InvalidDpopProof);
        (await ExchangeAsync("")).AssertRefused(ErrorCodes.InvalidDpopProof);
        (await ExchangeAsync(Proof(claims: c => c["htu"] = "https://other.example/oauth/token"))).AssertRefused(ErrorCodes.InvalidDpopProof);
    }

    [Fact]
    public async Task Fault_Z25_A_forged_proof_does_not_burn_the_id_of_a_true_one()
    {
        var proof = Proof(claims: c => c["jti"] = "id-of-the-true-proof");
        var forged = TestJws.WithSignature(proof, new byte[64]);

        (await ExchangeAsync(forged)).AssertRefused(ErrorCodes.InvalidDpopProof);
        (await ExchangeAsync(proof)).AssertIssued();
    }

    [Fact]
    public async Task Fault_C9_Accepts_one_id_of_two_keys()
    {
        var other = TestKey.Create();

        (await ExchangeAsync(Proof(claims: c => c["jti"] = "shared-id"))).AssertIssued();
        (await ExchangeAsync(Proof(other, c => c["jti"] = "shared-id"))).AssertIssued();
    }

    [Fact]
    public async Task Fault_Z26_Exchanges_a_bound_token_with_its_own_key_only()
    {
        var bound = shop.Parties.SubjectToken(claims: c => c["cnf"] = new JsonObject { ["jkt"] = TestProof.Thumbprint(key) });

        (await shop.ExchangeAsync(subjectToken: bound)).AssertRefused(ErrorCodes.InvalidRequest);
        (await ExchangeBoundAsync(bound, Proof(TestKey.Create()))).AssertRefused(ErrorCodes.InvalidRequest);
        Assert.Equal(TestProof.Thumbprint(key), JktOf((await ExchangeBoundAsync(bound, Proof())).AssertIssued()));
    }

    [Fact]
    public async Task Refuses_a_nonce_that_is_not_ours_and_tells_the_right_one()
    {
        var refused = await ExchangeAsync(Proof(claims: c => c["nonce"] = "guessed"));
        refused.AssertRefused(ErrorCodes.UseDpopNonce);

        var nonce = Assert.Single(refused.Headers.GetValues("DPoP-Nonce"));
        (await ExchangeAsync(Proof(claims: c => c["nonce"] = nonce))).AssertIssued();
    }

    [Fact]
    public async Task Checks_ath_where_a_proof_has_it_against_the_subject_token()
    {
        var subject = shop.Parties.SubjectToken();

        (await ExchangeBoundAsync(subject, Proof(claims: c => c["ath"] = TestProof.HashOf(subject)))).AssertIssued();
        (await ExchangeBoundAsync(subject, Proof(claims: c => c["ath"] = TestProof.HashOf(shop.Parties.SubjectToken(subject: "bob")))))
            .AssertRefused(ErrorCodes.InvalidDpopProof);
    }

    [Fact]
    public async Task Names_the_algorithms_in_the_metadata()
    {
        var metadata = await shop.Client.GetJsonAsync("/.well-known/oauth-authorization-server");

        Assert.Contains("ES256", metadata.GetProperty("dpop_signing_alg_values_supported").EnumerateArray().Select(item => item.GetString()));
    }

    private Task<TokenAnswer> ExchangeAsync(params string[] proofs) => ExchangeBoundAsync(null, proofs);

    private Task<TokenAnswer> ExchangeBoundAsync(string? subjectToken, params string[] proofs) =>
        shop.ExchangeAsync(subjectToken: subjectToken, edit: form => form.Proofs.AddRange(proofs));

    private string Proof(TestKey? other = null, Action<JsonObject>? claims = null) =>
        TestProof.Of(other ?? key, shop.Issuer + "/oauth/token", ShopParties.Now, claims);

    private static string? JktOf(IssuedJwt token) => token.Claims.GetProperty("cnf").GetProperty("jkt").GetString();
}
