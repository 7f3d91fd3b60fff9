using CsCheck;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

public sealed class PolicyCompilerTests
{
    [Fact]
    public void Accepts_the_shop()
    {
        var policy = PolicyTexts.Compile(PolicyTexts.Shop);

        Assert.Equal(12, policy.Revision);
        Assert.Equal("https://login.shop.example", policy.TrustedIssuers["https://login.shop.example"].Keys.DiscoveryIssuer);
        Assert.True(policy.TryFindByAudience("geolocation", out var byName));
        Assert.True(policy.TryFindByAudience("https://geo.example", out var byAudience));
        Assert.Same(byName, byAudience);
        Assert.False(policy.TryFindByResource("geolocation", out _));
        var rule = Assert.Single(policy.RulesOf("orders", "credit-rating"));
        Assert.True(rule.PairwiseSubject);
        Assert.Equal(TimeSpan.FromSeconds(60), rule.Lifetime);
        Assert.Equal("orders.place", rule.Elevate["rating.read"]);
        Assert.Empty(policy.RulesOf("web", "geolocation"));
    }

    [Fact]
    public void Accepts_the_same_policy_as_json() =>
        Assert.Equal(3, PolicyTexts.Compile("""{"revision": 3, "issuer": "https://sts.example", "services": {}}""").Revision);

    [Fact]
    public void Names_every_mistake_with_its_place_and_the_nearest_name()
    {
        var text = PolicyTexts.Shop
            .Replace("from: web", "from: wed", StringComparison.Ordinal)
            .Replace("lifetime: 60s\nnever", "lifetyme: 60s\nnever", StringComparison.Ordinal)
            .Replace("revision: 12", "revision: twelve", StringComparison.Ordinal);

        var mistakes = PolicyTexts.MistakesOf(text);
        Assert.Equal(3, mistakes.Count);
        Assert.Equal("policy.yaml:1:11: 'revision' holds a value, expected a positive whole number", mistakes[0]);
        Assert.Equal("policy.yaml:15:17: the service 'wed' is unknown, expected the name of a service; did you mean \"web\"?", mistakes[1]);
        Assert.StartsWith("policy.yaml:37:9: the key 'lifetyme' is unknown, expected one of ", mistakes[2], StringComparison.Ordinal);
        Assert.EndsWith("; did you mean \"lifetime\"?", mistakes[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("iat")]
    [InlineData("aud")]
    [InlineData("act")]
    [InlineData("cnf")]
    [InlineData("jti")]
    [InlineData("client_id")]
    [InlineData("scope")]
    [InlineData("lineage")]
    public void Fault_Z27_Refuses_a_mapping_of_a_reserved_claim(string claim)
    {
        var mistake = Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of($$"""
            a: { domain: x, audience: https://a.example }
            b: { domain: x, audience: https://b.example, accepts: [{ from: a, claims: { {{claim}}: { set: 1 } } }] }
            """)));
        Assert.EndsWith($"the claim '{claim}' is reserved, expected another claim", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_Z27_Refuses_to_set_the_subject() => Assert.Contains("sub can't be set", Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of("""
        a: { domain: x, audience: https://a.example }
        b: { domain: x, audience: https://b.example, accepts: [{ from: a, claims: { sub: { set: admin } } }] }
        """))), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "the policy is empty")]
    [InlineData("- a", "expected a mapping")]
    [InlineData("a: &x 1\nb: *x", "anchors are not supported")]
    [InlineData("revision: 1\nrevision: 2\nissuer: https://a.example", "occurs twice")]
    [InlineData("revision: 1\nissuer: \"https://a.example", "not well-formed YAML")]
    [InlineData("revision: 1\nissuer: https://a.example\n---\nrevision: 2", "second document")]
    [InlineData("revision: 1\nissuer: http://sts.example", "not an issuer identifier")]
    [InlineData("revision: 0\nissuer: https://sts.example", "positive whole number")]
    [InlineData("revision: 1\nissuer: https://sts.example\nmax_lifetime: 2d", "at most 24h")]
    [InlineData("revision: 1\nissuer: https://sts.example\nmax_lifetime: 0s", "positive duration")]
    [InlineData("revision: 1\nissuer: https://sts.example\nmax_lifetime: \"1h\\n\"", "positive duration")]
    [InlineData("revision: 1\nissuer: https://sts.example\nservices: { \"web\\n\": { domain: x, audience: https://a.example } }", "not a service name")]
    public void Fault_Z28_Refuses_what_it_cannot_read(string text, string reason) =>
        Assert.Contains(PolicyTexts.MistakesOf(text), mistake => mistake.Contains(reason, StringComparison.Ordinal));

    [Fact]
    public void Fault_Z28_Refuses_deep_nesting_without_a_stack_overflow() =>
        Assert.Contains("nested too deeply", Assert.Single(PolicyTexts.MistakesOf(new string('[', 100_000))), StringComparison.Ordinal);

    [Fact]
    public void Fault_Z28_Never_throws_whatever_the_text() =>
        Gen.OneOf(Gen.String, Gen.Int[0, PolicyTexts.Shop.Length - 1].Select(at => PolicyTexts.Shop.Remove(at, Math.Min(7, PolicyTexts.Shop.Length - at))))
            .Sample(text => PolicyTexts.MistakesOf(text), iter: 2_000);

    [Fact]
    public void Refuses_reuse_across_domains() => Assert.Contains("expected exchange or embed", Assert.Single(PolicyTexts.MistakesOf(
        PolicyTexts.Shop.Replace("lifetime: 60s, share: embed", "lifetime: 60s, share: reuse", StringComparison.Ordinal))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_plain_secret_without_quoting_it()
    {
        var mistake = Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of(
            "a: { domain: x, audience: https://a.example, credentials: { secrets: [correct-horse-battery] } }")));
        Assert.Contains("not the hash of a secret", mistake, StringComparison.Ordinal);
        Assert.DoesNotContain("correct-horse", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_two_rules_that_would_always_both_match() => Assert.Contains("the same conditions", Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of("""
        a: { domain: x, audience: https://a.example }
        b: { domain: x, audience: https://b.example, accepts: [{ from: a, when: { claims: { c: [1, 2] } } }, { from: [a], when: { claims: { c: { in: [2, 1] } } } }] }
        """))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_second_issuer_without_subject_prefix() =>
        Assert.Contains("subject_prefix", Assert.Single(PolicyTexts.MistakesOf("""
            revision: 1
            issuer: https://sts.example
            trusted_issuers:
              - { issuer: https://one.example, audiences: [x], max_lifetime: 1h }
              - { issuer: https://two.example, audiences: [x], max_lifetime: 1h }
            """)), StringComparison.Ordinal);

    [Fact]
    public void Refuses_an_audience_that_names_another_service() => Assert.NotEmpty(PolicyTexts.MistakesOf(PolicyTexts.Of("""
        a: { domain: x, audience: https://a.example }
        b: { domain: x, audience: https://a.example }
        """)));

    private const string TwoSteps = """
        a: { domain: x, audience: https://a.example, scopes: [one] }
        b: { domain: x, audience: https://b.example, scopes: [two], accepts: [{ from: a, elevate: { two: one } }] }
        c: { domain: x, audience: https://c.example, scopes: [three], accepts: [{ from: b, elevate: { three: two }THROUGH }] }
        """;

    [Fact]
    public void Refuses_elevations_that_compose_and_prints_the_chain() => Assert.Contains(
        "rests on another one: a -> b elevates two from one; b -> c elevates three from two, expected through: [b]",
        Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of(TwoSteps.Replace("THROUGH", "", StringComparison.Ordinal)))),
        StringComparison.Ordinal);

    [Fact]
    public void Accepts_elevations_that_compose_where_the_rule_names_the_path() =>
        PolicyTexts.Compile(PolicyTexts.Of(TwoSteps.Replace("THROUGH", ", through: b", StringComparison.Ordinal)));

    [Fact]
    public void Refuses_a_path_that_elevates_nothing() => Assert.Contains("elevates nothing", Assert.Single(PolicyTexts.MistakesOf(
        PolicyTexts.Of(TwoSteps.Replace("THROUGH", ", through: [b, a]", StringComparison.Ordinal)))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_what_must_never_be_reachable_and_prints_the_chain() => Assert.Contains(
        "'c' can come to hold a token with three: https://login.example gives a a token with one; a -> b elevates two from one; b -> c elevates three from two, expected no such chain",
        Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of(
            TwoSteps.Replace("THROUGH", ", through: b", StringComparison.Ordinal),
            "never: [{ service: c, scope: three }]"))),
        StringComparison.Ordinal);
}
