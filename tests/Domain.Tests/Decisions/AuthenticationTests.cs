using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Tests.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary><c>acr</c> and <c>auth_time</c> as conditions (RFC 9470).</summary>
public sealed class AuthenticationTests
{
    private static readonly long Now = Subjects.Now.ToUnixTimeSeconds();

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile(PolicyTexts.Of(
        """
        a: { domain: x, audience: https://a.example, scopes: [read] }
        strong: { domain: x, audience: https://strong.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { acr: gold } }] }
        fresh: { domain: x, audience: https://fresh.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { max_age: 1m, claims: { country: NO } } }] }
        """));

    [Theory]
    [InlineData("""{"acr":"gold"}""", true)]
    [InlineData("""{"acr":"Gold"}""", false)]
    [InlineData("""{"acr":["gold"]}""", false)]
    [InlineData("""{"act":{"sub":"x","acr":"gold"}}""", false)]
    [InlineData("{}", false)]
    public void Demands_one_of_the_authentication_contexts(string claims, bool grants)
    {
        var decision = Decide("strong", claims);

        var refusal = decision.Refusal;
        Assert.Equal(grants ? null : RefusalReason.AuthenticationInsufficient, refusal?.Reason);
        Assert.Equal(grants ? null : "gold", refusal?.StepUp!.AcrValues.Single());
        Assert.Null(refusal?.StepUp!.MaxAgeSeconds);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(58, 2)]
    [InlineData(59, null)]
    [InlineData(61, null)]
    [InlineData(-30, 90)]
    [InlineData(-31, null)]
    public void Demands_a_recent_authentication_and_issues_nothing_that_outlives_it(int age, int? lifetime)
    {
        var decision = Decide("fresh", $$"""{"country":"NO","auth_time":{{Now - age}}}""");

        Assert.Equal(lifetime, decision.IsGranted ? (int)(decision.Token.ExpiresAt.ToUnixTimeSeconds() - Now) : null);
        Assert.Equal(lifetime is null ? 60 : null, decision.Refusal?.StepUp?.MaxAgeSeconds);
    }

    [Theory]
    [InlineData("""{"country":"NO"}""", RefusalReason.AuthenticationInsufficient)]
    [InlineData("""{"country":"NO","auth_time":"1"}""", RefusalReason.AuthenticationInsufficient)]
    [InlineData("""{"country":"DE"}""", RefusalReason.ConditionsNotMet)]
    public void Asks_to_step_up_only_where_that_would_help(string claims, RefusalReason reason) =>
        Assert.Equal(reason, Decide("fresh", claims).Refusal!.Reason);

    [Fact]
    public void Refuses_an_acr_that_no_challenge_can_hold() => Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of(
        """
        a: { domain: x, audience: https://a.example }
        b: { domain: x, audience: https://b.example, accepts: [{ from: a, when: { acr: "very gold" } }] }
        """)));

    private static Decision Decide(string target, string claims) => Decider.Decide(
        Policy, Subjects.Command("a", Subjects.Foreign("https://a.example", "read", claims: claims), target), Subjects.Now);
}
