using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Analysis;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies.Analysis;

/// <summary>What changes without a change of who can come to have what: to whom it is given, and how.</summary>
public sealed class PolicyDifferenceTests
{
    private const string Condition = "when: { claims: { country: [NO, SE] } }";

    [Theory]
    [InlineData(Condition, "when: { claims: { country: [NO, SE, DE] } }", "orders -> credit-rating", "when")]
    [InlineData(Condition, "when: {}", "orders -> credit-rating", "when")]
    [InlineData("accepts:\n      - { from: web,", "accepts:\n      - { rebind: allowed, from: web,", "web -> orders", "rebind")]
    [InlineData("partner_id: { set: shop-77 }", "partner_id: { set: shop-78 }", "orders -> credit-rating", "claims")]
    [InlineData("claims: [country], lifetime: 60s", "claims: [country], lifetime: 10m", "orders -> geolocation", "lifetime")]
    [InlineData("max_lifetime: 1h", "max_lifetime: 2h", "issuer https://login.shop.example", "max_lifetime")]
    [InlineData("max_lifetime: 1h", "max_lifetime: 1h\n  - { issuer: https://other.example, audiences: [https://web.shop.example], max_lifetime: 1h, subject_prefix: o }", "issuer https://other.example", "trusted")]
    [InlineData("web: { domain: shop,", "web: { domain: partners,", "service web", "domain")]
    [InlineData("revision: 12", "revision: 13\nembedding: { depth: 3 }", "the policy", "embedding")]
    [InlineData("scopes: [rating.read]", "scopes: [rating.read]\n    dpop: required", "service credit-rating", "dpop")]
    public void Tells_what_is_possible_on_other_terms(string old, string changed, string where, string what)
    {
        var difference = PolicyDifference.Between(PolicyTexts.Compile(PolicyTexts.Shop), PolicyTexts.Compile(PolicyTexts.Shop.Replace(old, changed, StringComparison.Ordinal)));
        Assert.False(difference.IsEmpty);
        Assert.Contains(difference.Changed, change => (change.Where, change.What) == (where, what));
    }

    [Fact]
    public void Tells_of_a_second_rule()
    {
        var difference = PolicyDifference.Between(
            PolicyTexts.Compile(PolicyTexts.Shop),
            PolicyTexts.Compile(PolicyTexts.Shop.Replace("        lifetime: 60s\n", "        lifetime: 60s\n      - { from: orders, when: { claims: { country: FI } }, elevate: { rating.read: orders.place } }\n", StringComparison.Ordinal)));
        Assert.Contains(new TermChange("orders -> credit-rating", "rule 2 when", "", "claims country is \"FI\""), difference.Changed);
        Assert.Empty(difference.Gained);
    }

    [Fact]
    public void Tells_nothing_of_a_policy_and_itself_or_of_a_caller_that_is_gone()
    {
        var shop = PolicyTexts.Compile(PolicyTexts.Shop);
        Assert.True(PolicyDifference.Between(shop, PolicyTexts.Compile(PolicyTexts.Shop)).IsEmpty);
        var gone = PolicyDifference.Between(shop, PolicyTexts.Compile(PolicyTexts.Shop.Replace("from: orders, scopes: [browse], share: reuse", "from: web, scopes: [browse]", StringComparison.Ordinal)));
        Assert.Empty(gone.Changed);
        Assert.Contains(gone.Lost, lost => lost.Key is { Client: "orders", Target: "catalog" });
    }

    [Fact]
    public void Tells_of_a_claim_that_is_disclosed_no_more()
    {
        var difference = PolicyDifference.Between(
            PolicyTexts.Compile(PolicyTexts.Shop), PolicyTexts.Compile(PolicyTexts.Shop.Replace("partner_id: { set: shop-77 }, country: pass", "partner_id: { set: shop-77 }", StringComparison.Ordinal)));
        Assert.Equal(new Access("orders", "credit-rating", null, "country"), Assert.Single(difference.Lost).Key);
        Assert.Equal([new Edge("orders", "credit-rating")], difference.RevokedEdges);
    }

    /// <summary>A member that is added must be told of too, or be known not to matter.</summary>
    [Fact]
    public void Knows_every_member_of_a_policy()
    {
        Assert.Equal(
            "AuthorizationDetails Claims Elevate From Grants Lifetime Name PairwiseSubject Rebind RefreshLifetime Scopes Share Target Through When", MembersOf<AcceptRule>());
        Assert.Equal("Acr Actor Claims Issuers MaxAge Scopes SubjectTypes", MembersOf<RuleConditions>());
        Assert.Equal("Claims Issuers NamesActors Presence Services Subjects Types", MembersOf<ActorCondition>());
        Assert.Equal("AccessTokenTypes Algorithms Audiences GrantLifetime Issuer Keys MaxLifetime Saml SubjectPrefix", MembersOf<TrustedIssuer>());
        Assert.Equal(
            "Audience AuthorizationDetailsTypes CertificateBindingRequired Credentials Domain DpopRequired Grants Name Resources Scopes SigningAlgorithm TokenFormat", MembersOf<Service>());
    }

    private static string MembersOf<T>() =>
        string.Join(' ', typeof(T).GetProperties().Where(property => !property.GetMethod!.IsStatic).Select(property => property.Name).Order(StringComparer.Ordinal));
}
