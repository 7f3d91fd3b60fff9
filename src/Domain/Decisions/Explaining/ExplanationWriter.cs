using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Decisions.Explaining;

/// <summary>An explanation as members of a JSON object; see docs/explain.md.</summary>
public static class ExplanationWriter
{
    /// <param name="json">Within an object.</param>
    /// <param name="explanation">What to write.</param>
    public static void Write(Utf8JsonWriter json, Explanation explanation)
    {
        DecisionWriter.Write(json, explanation.Verdict);
        json.WriteStartArray("targets");
        foreach (var target in explanation.Targets)
        {
            Write(json, target);
        }

        json.WriteEndArray();
        json.WriteStartArray("scopes");
        foreach (var scope in explanation.Scopes)
        {
            json.WriteStartObject();
            json.WriteString("scope", scope.Scope);
            json.WriteBoolean("granted", scope.IsGranted);
            json.WriteString("source", SnakeCase.Of(scope.Source));
            json.WriteString("reason", scope.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("expiry");
        foreach (var ceiling in explanation.Expiry)
        {
            json.WriteStartObject();
            json.WriteString("source", SnakeCase.Of(ceiling.Source));
            if (ceiling.Rule is { } rule)
            {
                json.WriteString("rule", rule);
            }

            json.WriteString("until", ceiling.Until.UtcDateTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A refusal that came before any rule was asked.</summary>
    public static void Write(Utf8JsonWriter json, Refusal refusal) => DecisionWriter.Write(json, new Decision(refusal));

    private static void Write(Utf8JsonWriter json, TargetExplanation target)
    {
        json.WriteStartObject();
        json.WriteString("target", target.Target);
        json.WriteString("strategy", PlannedEdge.NameOf(target.Strategy));
        json.WriteString("strategy_reason", target.StrategyReason);
        json.WriteStartArray("rules");
        foreach (var rule in target.Rules)
        {
            json.WriteStartObject();
            json.WriteString("rule", rule.Rule);
            json.WriteBoolean("matches", rule.Unmet == RuleCondition.None);
            if (rule.Unmet != RuleCondition.None)
            {
                json.WriteString("unmet", SnakeCase.Of(rule.Unmet));
            }

            json.WriteString("reason", rule.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("other_callers");
        foreach (var caller in target.OtherCallers)
        {
            json.WriteStringValue(caller);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
