using CsCheck;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Decisions.Explaining;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions.Explaining;

/// <summary>Over random policies and commands: what an explanation says of rules, scopes and ends is what was decided.</summary>
public sealed class ExplainerPropertyTests
{
    private static readonly DateTimeOffset Now = Subjects.Now;

    [Fact]
    public void An_explanation_never_says_otherwise_than_the_decision()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        Gen.Select(RandomPolicies.Policies, RandomPolicies.Commands.Array[10]).Sample(
            (policy, commands) =>
            {
                foreach (var command in policy is null ? [] : commands)
                {
                    var outcome = Check(policy!, command);
                    seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
                }
            },
            iter: 400, threads: 1);
        var text = string.Join(", ", seen.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} {entry.Value}"));
        foreach (var outcome in new[]
        {
            "Granted", "AmbiguousRules", "TargetNotAllowed", "ConditionsNotMet", "ActorMissing", "ActorNotAllowed", "AuthenticationInsufficient",
            "ScopeNotGranted", "NothingGranted", "ClientNotEntitledToSubjectToken", "DpopProofMissing",
        })
        {
            Assert.True(seen.GetValueOrDefault(outcome) >= 1, $"The generator hardly reaches {outcome}: {text}");
        }
    }

    private static string Check(PolicySnapshot policy, ExchangeCommand command)
    {
        var explanation = Explainer.Explain(policy, command, Now);
        var decision = Decider.Decide(policy, command, Now);
        Assert.Equal(DecisionText.Of(decision), DecisionText.Of(explanation.Verdict));
        Assert.Equal(command.Targets, explanation.Targets.Select(target => target.Target));
        var matching = explanation.Targets.Select(target => target.Rules.Where(rule => rule.Unmet == RuleCondition.None).ToArray()).ToArray();
        if (decision is { IsGranted: true, Token: var granted })
        {
            Assert.Equal(granted.Rules, matching.Select(rules => Assert.Single(rules).Rule));
            Assert.Equal(granted.Scope.Values, explanation.Scopes.Where(scope => scope.IsGranted).Select(scope => scope.Scope));
            var least = explanation.Expiry.MinBy(ceiling => ceiling.Until)!;
            Assert.Equal(granted.ExpiresAt.ToUnixTimeSeconds(), least.Until.ToUnixTimeSeconds());
            Assert.Equal(granted.ExpiresBy, least.Source);
            Assert.Equal(
                explanation.Scopes.Where(scope => scope.Source == ScopeSource.Elevated).Select(scope => scope.Scope),
                granted.Elevations.Where(elevation => command.Targets.Contains(elevation.By) && Elevates(policy, command, granted.Rules, elevation.Scope))
                    .Select(elevation => elevation.Scope).Distinct().Order(StringComparer.Ordinal));
            return "Granted";
        }

        var refusal = decision.Refusal!;
        CheckRefusal(refusal.Reason, command, explanation, matching);
        return refusal.Reason.ToString();
    }

    private static void CheckRefusal(RefusalReason reason, ExchangeCommand command, Explanation explanation, RuleExplanation[][] matching)
    {
        switch (reason)
        {
            case RefusalReason.AmbiguousRules:
                Assert.Contains(matching, rules => rules.Length > 1);
                break;
            case RefusalReason.TargetNotAllowed:
                Assert.Contains(explanation.Targets, target => target.Rules.All(rule => rule.Unmet == RuleCondition.Grant));
                break;
            case RefusalReason.ConditionsNotMet:
                Assert.Contains(matching, rules => rules.Length == 0);
                break;
            case RefusalReason.ActorMissing or RefusalReason.ActorNotAllowed when explanation.Scopes.IsEmpty:
                Assert.Contains(explanation.Targets, target => target.Rules.Any(rule => rule.Unmet == RuleCondition.Actor));
                break;
            case RefusalReason.AuthenticationInsufficient:
                Assert.Contains(explanation.Targets, target => target.Rules.Any(rule => rule.Unmet == RuleCondition.Authentication));
                break;
            case RefusalReason.ScopeNotGranted:
                Assert.Contains(explanation.Scopes, scope => command.RequestedScope!.Contains(scope.Scope) && !scope.IsGranted);
                break;
            case RefusalReason.NothingGranted:
                Assert.All(explanation.Scopes, scope => Assert.False(scope.IsGranted));
                break;
        }
    }

    /// <summary>Where every rule passes the scope, an elevation that the token tells of was inherited.</summary>
    private static bool Elevates(PolicySnapshot policy, ExchangeCommand command, IEnumerable<string> names, string scope) =>
        !command.Targets.SelectMany(target => policy.RulesOf(command.Client, target)).Where(rule => names.Contains(rule.Name)).All(rule =>
            rule.Scopes.Contains(scope) && command.Subject.Scope.Contains(scope) && policy.Services[command.Client].Scopes.Contains(scope));
}
