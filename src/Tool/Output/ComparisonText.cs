using System.Text.Json;

namespace ExchangeCluster.Tool.Output;

/// <summary>What a candidate policy decides otherwise, as silos or a replay tell it.</summary>
internal static class ComparisonText
{
    /// <returns>1 where anything differs.</returns>
    public static int Write(Terminal terminal, IReadOnlyList<JsonElement> found)
    {
        long Sum(string name) => found.Sum(one => one.GetProperty(name).GetInt64());
        var (granted, refused, changed) = (Sum("newly_granted"), Sum("newly_refused"), Sum("changed"));
        if (terminal.IsJson)
        {
            terminal.WriteJson(found.Count == 1 ? found[0] : JsonSerializer.SerializeToElement(new { silos = found }));
        }
        else
        {
            terminal.Out.WriteLine($"{Sum("same")} the same, {granted} newly granted, {refused} newly refused, {changed} changed");
            foreach (var example in found.SelectMany(one => one.GetProperty("examples").EnumerateArray()))
            {
                terminal.Out.WriteLine(LineOf(example));
            }
        }

        return granted + refused + changed == 0 ? ExitCode.Success : ExitCode.Findings;
    }

    private static string LineOf(JsonElement example)
    {
        var question = example.GetProperty("question");
        return $"{JsonTable.TextOf(example, "difference")}: {JsonTable.TextOf(question, "client")} -> {JsonTable.TextOf(question, "target")}: "
            + $"{Side(example.GetProperty("live"))}; candidate: {Side(example.GetProperty("candidate"))} {JsonTable.TextOf(example, "request")}".TrimEnd();
    }

    private static string Side(JsonElement decision) => JsonTable.TextOf(decision, "outcome") == "granted"
        ? $"scope '{JsonTable.TextOf(decision, "scope")}' until {JsonTable.TextOf(decision, "expires_at")}"
        : JsonTable.TextOf(decision, "reason");
}
