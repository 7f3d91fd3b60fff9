using System.Text.Json;

namespace ExchangeCluster.Tool.Output;

/// <summary>An explanation for people: the verdict first, then why.</summary>
internal static class ExplanationText
{
    public static void Write(TextWriter output, JsonElement explained)
    {
        var outcome = JsonTable.TextOf(explained, "outcome");
        if (outcome == "refused")
        {
            output.WriteLine($"refused: {JsonTable.TextOf(explained, "reason")}. {JsonTable.TextOf(explained, "detail")}");
            output.WriteLine($"the caller hears: {JsonTable.TextOf(explained, "error")}: {JsonTable.TextOf(explained, "error_description")}");
        }
        else if (outcome == "granted")
        {
            output.WriteLine(
                $"granted: {JsonTable.TextOf(explained, "audiences")}, scope '{JsonTable.TextOf(explained, "scope")}', until {JsonTable.TextOf(explained, "expires_at")} by {JsonTable.TextOf(explained, "expires_by")}");
        }

        if (explained.TryGetProperty("recorded", out var recorded))
        {
            output.WriteLine($"recorded: {JsonTable.TextOf(recorded, "outcome")} at {JsonTable.TextOf(recorded, "time")} under revision {JsonTable.TextOf(recorded, "policy_revision")} {JsonTable.TextOf(recorded, "reason")}".TrimEnd());
        }

        foreach (var target in List(explained, "targets"))
        {
            output.WriteLine($"{JsonTable.TextOf(target, "target")}: {JsonTable.TextOf(target, "strategy")}: {JsonTable.TextOf(target, "strategy_reason")}");
            foreach (var rule in List(target, "rules"))
            {
                output.WriteLine($"  {(rule.GetProperty("matches").GetBoolean() ? "+" : "-")} {JsonTable.TextOf(rule, "rule")}: {JsonTable.TextOf(rule, "reason")}");
            }

            if (List(target, "other_callers").Any())
            {
                output.WriteLine($"  who may call it: {JsonTable.TextOf(target, "other_callers")}");
            }
        }

        foreach (var scope in List(explained, "scopes"))
        {
            output.WriteLine($"scope {(scope.GetProperty("granted").GetBoolean() ? "+" : "-")} {JsonTable.TextOf(scope, "scope")}: {JsonTable.TextOf(scope, "reason")}");
        }

        foreach (var ceiling in List(explained, "expiry"))
        {
            output.WriteLine($"until {JsonTable.TextOf(ceiling, "until")} by {JsonTable.TextOf(ceiling, "source")} {JsonTable.TextOf(ceiling, "rule")}".TrimEnd());
        }

        foreach (var use in List(explained, "remembered"))
        {
            output.WriteLine($"in memory: a token of {JsonTable.TextOf(use, "issued_at")}, answered {JsonTable.TextOf(use, "answers")} times");
        }
    }

    private static JsonElement.ArrayEnumerator List(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? list.EnumerateArray() : default;
}
