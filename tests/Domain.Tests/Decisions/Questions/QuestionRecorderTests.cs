using System.Text;
using CsCheck;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Tests.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions.Questions;

/// <summary>A recorded decision holds what rules read, and nobody's name.</summary>
public sealed class QuestionRecorderTests
{
    private static readonly ClusterSecret Secret = ClusterSecret.Generate();

    [Fact]
    public void A_recorded_decision_is_decided_the_same_again()
    {
        var compared = 0;
        Gen.Select(RandomPolicies.Policies, RandomPolicies.Commands.Array[10]).Sample(
            (policy, commands) =>
            {
                foreach (var command in policy is null ? [] : commands)
                {
                    var (question, mistake) = QuestionReader.Read(Record(policy!, command));
                    Assert.Null(mistake);
                    var again = QuestionResolver.Resolve(policy!, question!, question!.At!.Value) switch
                    {
                        { Command: { } found } => Decider.Decide(policy!, found, question.At.Value),
                        { Refusal: var refusal } => new Decision(refusal!),
                    };
                    if (again is { Refusal.Reason: RefusalReason.SubjectTokenAudienceRefused })
                    {
                        // Only the generator makes tokens of an issuer for audiences that it doesn't have.
                        continue;
                    }

                    Assert.Equal(DecisionText.Of(Decider.Decide(policy!, command, Subjects.Now)), DecisionText.Of(again));
                    compared++;
                }
            },
            iter: 200, threads: 1);
        Assert.True(compared > 500, $"Only {compared} decisions were compared.");
    }

    [Fact]
    public void Records_claims_of_conditions_only_and_no_person()
    {
        var policy = PolicyTexts.Compile("""
            revision: 1
            issuer: https://sts.example
            trusted_issuers: [{ issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }]
            services:
              a: { domain: x, audience: https://a.example, scopes: [read] }
              b: { domain: x, audience: https://b.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { claims: { country: [NO] } }, claims: [department] }] }
            """);
        var subject = Subjects.Foreign(
            "https://a.example", "read", subject: "alice@example",
            claims: """{"sub":"alice@example","country":"SE","department":"board","email":"alice@example","act":{"sub":"bob@example"},"sid":"session-1","jti":"token-1"}""");

        var text = Encoding.UTF8.GetString(Record(policy, Subjects.Command("a", subject, "b").WithActor("carol@example")));

        Assert.DoesNotContain("@example", text, StringComparison.Ordinal);
        Assert.DoesNotContain("board", text, StringComparison.Ordinal);
        Assert.DoesNotContain("session-1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("token-1", text, StringComparison.Ordinal);
        Assert.Contains("\"country\":\"SE\"", text, StringComparison.Ordinal);
        Assert.Contains("\"department\":true", text, StringComparison.Ordinal);
        Assert.Contains("\"act\":{}", text, StringComparison.Ordinal);
    }

    private static byte[] Record(PolicySnapshot policy, ExchangeCommand command)
    {
        using var buffer = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            new QuestionRecorder(policy, Secret).Write(json, command, Subjects.Now);
        }

        return buffer.ToArray();
    }
}

file static class Commands
{
    public static ExchangeCommand WithActor(this ExchangeCommand command, string subject) =>
        command with { Actor = Subjects.Foreign("https://a.example", "read", subject: subject, claims: $$"""{"sub":"{{subject}}"}""") };
}
