using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary><c>dpop</c>, <c>dpop_nonce</c> and <c>rebind</c> of the policy, over HTTP.</summary>
[Collection<DpopShopCollection>]
public sealed class DpopPolicyTests(DpopShop shop)
{
    private readonly TestKey key = TestKey.Create();
    private readonly TestKey servicesKey = TestKey.Create("RS256");

    [Fact]
    public async Task Refuses_to_issue_without_proof_for_a_service_that_requires_one()
    {
        (await shop.ExchangeAsync("web", "vault")).AssertRefused(ErrorCodes.InvalidDpopProof);

        (await shop.ExchangeAsync("web", "archive")).AssertIssued();
        Assert.Equal(TestProof.Thumbprint(key), DpopShop.JktOf((await shop.ExchangeAsync("web", "vault", key)).AssertIssued()));
    }

    [Fact]
    public async Task Asks_for_a_nonce_and_accepts_it_once_it_is_there()
    {
        var asked = await shop.ExchangeAsync("web", "archive", proof: shop.Proof(key));
        asked.AssertRefused(ErrorCodes.UseDpopNonce);
        var nonce = DpopShop.NonceOf(asked);

        var answer = await shop.ExchangeAsync("web", "archive", proof: shop.Proof(key, nonce));
        Assert.Equal(TestProof.Thumbprint(key), DpopShop.JktOf(answer.AssertIssued()));
        Assert.Equal(AccessTokenTypes.Dpop, answer.Text(ParameterNames.TokenType));

        // A nonce is good for many proofs, a guess for none.
        (await shop.ExchangeAsync("web", "archive", proof: shop.Proof(servicesKey, nonce))).AssertIssued();
        (await shop.ExchangeAsync("web", "archive", proof: shop.Proof(key, nonce[..^1] + "_"))).AssertRefused(ErrorCodes.UseDpopNonce);
    }

    [Fact]
    public async Task Fault_Z26_Moves_a_binding_to_the_callers_key_only_where_the_rule_says_so()
    {
        var bound = (await shop.ExchangeAsync("web", "vault", key)).AssertIssued().Token;

        (await shop.ExchangeAsync("vault", "archive", servicesKey, bound)).AssertRefused(ErrorCodes.InvalidRequest);
        var moved = await shop.ExchangeAsync("vault", "depot", servicesKey, bound);
        Assert.Equal(TestProof.Thumbprint(servicesKey), DpopShop.JktOf(moved.AssertIssued()));
    }

    [Fact]
    public async Task Fault_T31_Refuses_a_bound_token_without_proof_even_where_it_may_move()
    {
        var bound = (await shop.ExchangeAsync("web", "vault", key)).AssertIssued().Token;

        (await shop.ExchangeAsync("vault", "archive", bound)).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("vault", "depot", bound)).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Binds_a_clients_own_token_as_well()
    {
        TokenForm Form()
        {
            var form = TokenForm.Of(GrantTypes.ClientCredentials);
            form.Add(ParameterNames.Audience, "vault");
            return form;
        }

        (await shop.SendAsync("web", Form())).AssertRefused(ErrorCodes.InvalidDpopProof);
        var asked = await shop.SendAsync("web", Form(), shop.Proof(key));
        var answer = await shop.SendAsync("web", Form(), shop.Proof(key, DpopShop.NonceOf(asked)));

        Assert.Equal(TestProof.Thumbprint(key), DpopShop.JktOf(answer.AssertIssued()));
    }
}
