using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Decisions.Explaining;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Domain.Tests.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions.Explaining;

public sealed class ExplainerTests
{
    private static readonly PolicySnapshot Policy = PolicyTexts.Compile("""
        revision: 1
        issuer: https://sts.example
        max_lifetime: 10m
        trusted_issuers: [{ issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }]
        services:
          a: { domain: x, audience: https://a.example, scopes: [read, write] }
          b:
            domain: x
            audience: https://b.example
            scopes: [read, write, locate]
            accepts:
              - { from: a, scopes: [read], elevate: { locate: write }, when: { claims: { country: [NO, SE] } }, lifetime: 60s }
              - { from: a, scopes: [read], when: { actor: required } }
              - { from: c, scopes: [read] }
          c: { domain: y, audience: https://c.example, scopes: [read, write] }
        """);

    [Fact]
    public void Names_the_first_condition_that_each_rule_misses()
    {
        var target = Assert.Single(Ask("""{"client":"a","target":"b","subject":{"claims":{"scope":"read","country":"DE"}}}""").Targets);

        Assert.Equal(SharingOutcome.Exchange, target.Strategy);
        Assert.Equal(["c"], target.OtherCallers);
        Assert.Equal([RuleCondition.Claim, RuleCondition.Actor], target.Rules.Select(rule => rule.Unmet));
        Assert.Equal("""when.claims wants one of "NO", "SE" in 'country', the subject token has another value""", target.Rules[0].Text);
        Assert.Equal("when.actor wants an actor token, there is none", target.Rules[1].Text);
    }

    [Fact]
    public void Names_every_ceiling_of_a_granted_token()
    {
        var explanation = Ask("""{"client":"a","target":"b","subject":{"claims":{"scope":"read write","country":"NO","exp":1800000030}}}""");

        var granted = explanation.Verdict.Token;
        Assert.Equal("locate read", granted.Scope.Text);
        Assert.Equal(ExpirySource.SubjectToken, granted.ExpiresBy);
        Assert.Equal(
            [ExpirySource.Policy, ExpirySource.SubjectToken, ExpirySource.Rule], explanation.Expiry.Select(ceiling => ceiling.Source));
        Assert.Equal(
            ["locate Elevated", "read Passed"], explanation.Scopes.Select(scope => $"{scope.Scope} {scope.Source}"));
        Assert.Equal("b/accepts[0] elevates the holder of 'write' to it", explanation.Scopes[0].Text);
    }

    [Theory]
    [InlineData("locate", ScopeSource.Subject)]
    [InlineData("read", ScopeSource.NotRequested)]
    public void Says_what_keeps_a_scope_back(string scope, ScopeSource source)
    {
        var explanation = Ask("""{"client":"a","target":"b","scope":"other","subject":{"claims":{"scope":"read","country":"NO"}}}""");

        Assert.Equal(RefusalReason.ScopeNotGranted, explanation.Verdict.Refusal!.Reason);
        Assert.Equal(source, explanation.Scopes.Single(found => found.Scope == scope).Source);
        Assert.Equal(ScopeSource.Rule, explanation.Scopes.Single(found => found.Scope == "other").Source);
    }

    [Fact]
    public void Tells_no_value_of_a_claim_of_the_token()
    {
        var text = DecisionText.Write(json => ExplanationWriter.Write(
            json, Ask("""{"client":"a","target":"b","subject":{"claims":{"sub":"alice-secret","scope":"read","country":"Atlantis"}}}""")));

        Assert.DoesNotContain("alice", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Atlantis", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_the_token_of_a_service_behind_the_first_for_one_of_ours()
    {
        var resolved = QuestionResolver.Resolve(Policy, Read("""{"client":"c","target":"b","subject":{"claims":{"scope":"read"}}}"""), Subjects.Now);

        Assert.Equal("https://sts.example", resolved.Command!.Subject.Issuer);
        Assert.Equal("https://login.example", resolved.Command.Subject.Root.Issuer);
        Assert.True(Decider.Decide(Policy, resolved.Command, Subjects.Now).IsGranted);
    }

    [Theory]
    [InlineData("{}", "client is missing.")]
    [InlineData("""{"client":"a","target":[]}""", "target is not a string or a list of 1 to 8 strings.")]
    [InlineData("""{"client":"a","target":"b","Scope":"x"}""", "Scope is not a member known here.")]
    [InlineData("""{"client":"a","target":"b","subject":{"claims":[]}}""", "subject.claims is not an object.")]
    [InlineData("""{"client":"a","target":"b","grant":"password"}""", "grant is none of token-exchange, client-credentials, jwt-bearer.")]
    [InlineData("""{"client":"a","client":"b"}""", "The body is not JSON, or repeats a member.")]
    public void Refuses_a_question_that_is_none_and_names_the_member(string json, string mistake) =>
        Assert.Equal(mistake, QuestionReader.Read(System.Text.Encoding.UTF8.GetBytes(json)).Mistake);

    [Theory]
    [InlineData("""{"client":"z","target":"b"}""", RefusalReason.ClientAuthenticationFailed)]
    [InlineData("""{"client":"a","target":"z"}""", RefusalReason.UnknownTarget)]
    [InlineData("""{"client":"a","target":"b"}""", RefusalReason.MissingSubjectToken)]
    [InlineData("""{"client":"a","target":"b","subject":{"claims":{"iss":"https://evil.example"}}}""", RefusalReason.SubjectTokenIssuerUnknown)]
    [InlineData("""{"client":"a","target":"b","subject":{"claims":{"aud":"https://evil.example"}}}""", RefusalReason.SubjectTokenAudienceRefused)]
    [InlineData("""{"client":"a","target":"b","subject":{"claims":{"exp":1}}}""", RefusalReason.SubjectTokenExpired)]
    public void Refuses_what_would_not_come_as_far_as_the_rules(string json, RefusalReason reason) =>
        Assert.Equal(reason, QuestionResolver.Resolve(Policy, Read(json), Subjects.Now).Refusal?.Reason);

    private static Explanation Ask(string json) =>
        Explainer.Explain(Policy, QuestionResolver.Resolve(Policy, Read(json), Subjects.Now).Command!, Subjects.Now);

    private static Question Read(string json) => QuestionReader.Read(System.Text.Encoding.UTF8.GetBytes(json)).Question!;
}
