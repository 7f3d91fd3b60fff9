using ExchangeCluster.Domain.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary>What a policy file may say about actors.</summary>
public sealed class ActorConditionTests
{
    [Theory]
    [InlineData("{}", ActorPresence.Forbidden)]
    [InlineData("{ actor: forbidden }", ActorPresence.Forbidden)]
    [InlineData("{ actor: allowed }", ActorPresence.Allowed)]
    [InlineData("{ actor: required }", ActorPresence.Required)]
    [InlineData("{ actor: { services: [a] } }", ActorPresence.Required)]
    [InlineData("{ actor: { presence: allowed, issuer: https://login.example } }", ActorPresence.Allowed)]
    public void Reads_whether_an_actor_may_come(string when, ActorPresence presence) => Assert.Equal(
        presence, PolicyTexts.Compile(Policy(when)).RulesOf("a", "b")[0].When.Actor.Presence);

    [Theory]
    [InlineData("{ actor: requird }", "expected forbidden, allowed, required or a mapping")]
    [InlineData("{ actor: [required] }", "expected forbidden, allowed, required or a mapping")]
    [InlineData("{ actor: {} }", "actor says nobody who may act")]
    [InlineData("{ actor: { presence: allowed } }", "actor says nobody who may act")]
    [InlineData("{ actor: { presence: forbidden, services: a } }", "'forbidden' is unknown")]
    [InlineData("{ actor: { service: a } }", "did you mean \"services\"?")]
    [InlineData("{ actor: { services: [a, bb] } }", "did you mean \"b\"?")]
    [InlineData("{ actor: { issuer: https://logon.example } }", "did you mean \"https://login.example\"?")]
    [InlineData("{ actor: { services: a, subjects: [bob] } }", "subjects or claims of no issuer")]
    [InlineData("{ actor: { services: a, claims: { role: support } } }", "subjects or claims of no issuer")]
    [InlineData("{ actor: { services: [] } }", "'services' is empty")]
    public void Tells_what_is_wrong_with_an_actor_condition(string when, string mistake) =>
        Assert.Contains(PolicyTexts.MistakesOf(Policy(when)), found => found.Contains(mistake, StringComparison.Ordinal));

    [Fact]
    public void Tells_twins_by_their_actors()
    {
        PolicyTexts.Compile(Policy("{ actor: required }", "{ actor: forbidden }", "{ actor: { services: a } }"));
        Assert.Contains(
            PolicyTexts.MistakesOf(Policy("{ actor: { services: [a, b] } }", "{ actor: { services: [b, a] } }")),
            found => found.Contains("has the same conditions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pass", true)]
    [InlineData("{ set: { sub: b } }", true)]
    [InlineData("{ set: { client_id: b, iss: https://sts.example } }", true)]
    [InlineData("{ set: { iss: https://sts.example } }", false)]
    [InlineData("{ set: { sub: b, email: b@x } }", false)]
    [InlineData("{ set: { sub: 7 } }", false)]
    [InlineData("{ set: { sub: [b] } }", false)]
    [InlineData("{ set: b }", false)]
    [InlineData("{ set: {} }", false)]
    [InlineData("{ from: other }", false)]
    public void Conformance_67_Issues_may_act_only_as_a_party_that_can_be_compared(string mayAct, bool accepts) => Assert.Equal(
        accepts,
        PolicyCompiler.Compile(
            PolicyTexts.Of(
                "a: { domain: x, audience: https://a.example }\n"
                + $"b: {{ domain: x, audience: https://b.example, accepts: [{{ from: a, claims: {{ may_act: {mayAct} }} }}] }}"),
            "policy.yaml").Snapshot is not null);

    [Theory]
    [InlineData("0")]
    [InlineData("17")]
    public void Refuses_a_depth_out_of_bounds(string depth) => Assert.Contains(
        PolicyTexts.MistakesOf(PolicyTexts.Of("a: { domain: x, audience: https://a.example }", $"max_actor_depth: {depth}")),
        found => found.Contains("max_actor_depth", StringComparison.Ordinal));

    private static string Policy(params string[] whens) => PolicyTexts.Of(
        "a: { domain: x, audience: https://a.example, scopes: [read] }\n"
        + $"b: {{ domain: x, audience: https://b.example, scopes: [read], accepts: [{string.Join(", ", whens.Select(when => $"{{ from: a, scopes: [read], when: {when} }}"))}] }}");
}
