using System.Text.Json;
using Spectre.Console;

namespace ExchangeCluster.Tool.Output;

/// <summary>A list in an answer of a silo as a table, or the answer as it came.</summary>
internal static class JsonTable
{
    /// <param name="terminal">Where to.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="list">Name of the member that holds the list.</param>
    /// <param name="columns">Members of its objects.</param>
    public static void Write(Terminal terminal, JsonElement answer, string list, params string[] columns)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(answer);
            return;
        }

        var table = new Table { Border = TableBorder.None };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column.Replace('_', ' '))) { NoWrap = true });
        }

        foreach (var item in answer.GetProperty(list).EnumerateArray())
        {
            table.AddRow([.. columns.Select(column => new Text(TextOf(item, column)))]);
        }

        terminal.Console.Write(table);
    }

    /// <summary>Text of a member, empty when it is not there; lists with commas. Control characters can't get at the terminal.</summary>
    public static string TextOf(JsonElement item, string name) => !item.TryGetProperty(name, out var value) ? ""
        : Printable(value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(one => one.ToString())),
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            _ => value.ToString(),
        });

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
