using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>What a silo stores survives it. A silo of its own: the others' must not stop.</summary>
public sealed class RestartTests(Shop shop) : IClassFixture<Shop>
{
    [Fact]
    public async Task Accepts_after_a_restart_what_was_issued_before_and_refuses_what_was_spent_before()
    {
        var before = await shop.IssueAsync();
        var assertion = shop.Parties.Assertion("reporting", shop.Issuer, lifetime: TimeSpan.FromMinutes(4));
        await shop.IssueAsync("reporting", audience: "catalog", edit: form => form.UseAssertion(assertion));

        await shop.Silo.RestartAsync(TestContext.Current.CancellationToken);

        var keys = new JsonWebKeySet(await shop.Client.Http.GetStringAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(before.Token, new TokenValidationParameters
        {
            ValidIssuer = shop.Issuer,
            ValidAudience = "https://orders.shop.example",
            IssuerSigningKeys = keys.GetSigningKeys(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);

        // Its lineage too is readable still: it may be exchanged. An assertion stays spent (RFC 7523 section 3).
        await shop.IssueAsync("orders", before.Token, "catalog");
        var again = await shop.ExchangeAsync("reporting", audience: "catalog", edit: form => form.UseAssertion(assertion));
        again.AssertRefused(Protocol.ErrorCodes.InvalidClient);
    }
}
