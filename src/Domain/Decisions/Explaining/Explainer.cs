using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Decisions.Explaining;

/// <summary>
/// Explains a decision without minting. It asks the parts that <see cref="Decider"/> decides with, so that an explanation can't
/// say otherwise, and decisions cost nothing more for it.
/// </summary>
public static class Explainer
{
    /// <summary>The parameters are those of <see cref="Decider.Decide"/>.</summary>
    public static Explanation Explain(PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now)
    {
        var explanation = new Explanation
        {
            Verdict = Decider.Decide(policy, command, now),
            Targets = [.. command.Targets.Select(target => ExplainTarget(policy, command, now, target))],
        };
        return RuleMatch.FindAll(policy, command, now, out var rules) is null
            ? explanation with
            {
                Scopes = ScopeExplainer.Explain(policy.Services[command.Client], command, rules),
                Expiry = ExpiryOf(policy, command, rules, now),
            }
            : explanation;
    }

    private static TargetExplanation ExplainTarget(PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now, string target)
    {
        var planned = policy.Sharing.Of(command.Client).FirstOrDefault(edge => edge.Target == target);
        return new TargetExplanation
        {
            Target = target,
            Strategy = planned?.Outcome ?? SharingOutcome.Deny,
            StrategyReason = planned?.Reason ?? "the target has no rule for this caller",
            Rules = [.. policy.RulesOf(command.Client, target).Select(rule => ExplainRule(rule, policy, command, now))],
            OtherCallers =
            [
                .. policy.Rules.Keys.Where(edge => edge.Target == target && edge.Client != command.Client)
                    .Select(edge => edge.Client)
                    .Order(StringComparer.Ordinal)
                    .Take(TargetExplanation.MaxOtherCallers),
            ],
        };
    }

    private static RuleExplanation ExplainRule(AcceptRule rule, PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now)
    {
        var unmet = RuleMatch.FirstUnmet(rule, policy, command, now, out var name);
        return new RuleExplanation(rule.Name, unmet, ConditionText.Of(rule, unmet, name, command));
    }

    private static ImmutableArray<ExpiryCeiling> ExpiryOf(PolicySnapshot policy, ExchangeCommand command, AcceptRule[] rules, DateTimeOffset now)
    {
        // Without a life of the refresh token or one format for all targets there is no token whose end could be told.
        if (RequestedType.Check(policy, command, out var format) is not null || Refreshing.Check(command, rules, now, out var refreshUntil) is not null)
        {
            return [];
        }

        var ceilings = new List<ExpiryCeiling>();
        Expiry.Of(policy, format, refreshUntil, command, rules, now, out _, ceilings);
        return [.. ceilings.Where(ceiling => ceiling.Until < DateTimeOffset.MaxValue)];
    }
}
