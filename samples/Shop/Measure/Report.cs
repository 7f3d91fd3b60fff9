using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace ExchangeCluster.Samples.Shop.Measure;

/// <summary>Prints what the runs measured.</summary>
internal sealed class Report(IAnsiConsole console)
{
    /// <summary>In characters: narrower, the tables are hard to read.</summary>
    public const int Width = 150;

    private static readonly string[] Plumbing = ["iss", "aud", "exp", "iat", "nbf", "jti", "lineage", "embedded_tokens", "client_id", "scope", "sub"];

    /// <summary>Hop by hop: what the target received.</summary>
    public void WriteHops(Run run)
    {
        var table = new Table().Title($"{NameOf(run.Approach)}: browsing, then an order by instalments").Border(TableBorder.Simple);
        table.AddColumns("hop", "obtained", "bytes", "ms", "sub", "aud", "scope", "further claims");
        foreach (var hop in run.Browse.Hops.Concat(run.FirstOrder.Hops))
        {
            var claims = hop.Claims;
            table.AddRow(new[]
            {
                $"{hop.From} → {hop.To}", hop.Obtained, Number(hop.Bytes), Milliseconds(hop.Elapsed), Short(Text(claims, "sub")), Text(claims, "aud"), Text(claims, "scope"),
                string.Join(' ', claims.EnumerateObject().Where(claim => !Plumbing.Contains(claim.Name)).Select(claim => $"{claim.Name}={claim.Value}")),
            }.Select(Markup.Escape).ToArray());
        }

        console.Write(table);
        console.WriteLine($"geolocation tried: {string.Join(", ", run.FirstOrder.Attempts)}");
        console.WriteLine();
    }

    /// <summary>Side by side.</summary>
    public void WriteComparison(IReadOnlyList<Run> runs)
    {
        var table = new Table().Title("Side by side (medians; one machine, everything on it)").Border(TableBorder.Simple);
        table.AddColumns(["", .. runs.Select(run => NameOf(run.Approach))]);
        Row("order: token requests, first and next", run => $"{run.FirstOrder.TokenRequests}, {run.NextOrder.TokenRequests}");
        Row("order: ms, first and next", run => $"{Milliseconds(run.FirstOrder.Elapsed)}, {Milliseconds(run.NextOrder.Elapsed)}");
        Row("order: largest token, bytes", run => Number(run.FirstOrder.Hops.Max(hop => hop.Bytes)));
        Row("order: bytes of tokens on all hops", run => Number(run.FirstOrder.Bytes));
        Row("browsing: token requests", run => Number(run.Browse.TokenRequests));
        Row("browsing: bytes of tokens on all hops", run => Number(run.Browse.Bytes));
        Row("scopes that geolocation holds", run => Text(HopTo(run, "geolocation").Claims, "scope"));
        Row("geolocation can place an order", run => run.FirstOrder.Attempts.Any(attempt => attempt.EndsWith(": 201", StringComparison.Ordinal)) ? "yes" : "no");
        Row("credit company knows the user as", run => Short(Text(HopTo(run, "credit-rating").Claims, "sub")));
        console.Write(table);

        void Row(string name, Func<Run, string> value) =>
            table.AddRow([Markup.Escape(name), .. runs.Select(run => Markup.Escape(value(run)))]);
    }

    /// <summary>The claims of a token, and of those that it carries.</summary>
    public void WriteToken(string title, string token)
    {
        var tree = new Tree(Markup.Escape(title));
        Add(tree, token);
        console.Write(tree);
        console.WriteLine();

        static void Add(IHasTreeNodes parent, string token)
        {
            var claims = Hop.Decode(token);
            var node = parent.AddNode(Markup.Escape(string.Join(
                ", ", claims.EnumerateObject().Where(claim => claim.Name is not ("lineage" or "embedded_tokens" or "iat" or "jti")).Select(claim => $"{claim.Name}: {Short(claim.Value.ToString())}"))));
            if (claims.TryGetProperty("embedded_tokens", out var carried))
            {
                foreach (var entry in carried.EnumerateObject())
                {
                    Add(node.AddNode(Markup.Escape($"embedded for {entry.Name}")), entry.Value.GetProperty("token").GetString()!);
                }
            }
        }
    }

    /// <summary>The policy's outcome and reason for each connection of the shop's API.</summary>
    public void WritePlan(string plan)
    {
        var table = new Table().Title("What the policy has in mind for orders").Border(TableBorder.Simple).AddColumns("target", "outcome", "reason");
        foreach (var edge in JsonElement.Parse(plan).GetProperty("edges").EnumerateArray())
        {
            table.AddRow(new[] { Text(edge, "target"), Text(edge, "outcome"), Text(edge, "reason") }.Select(Markup.Escape).ToArray());
        }

        console.Write(table);
    }

    public static string NameOf(Approach approach) => approach switch
    {
        Approach.ReuseEverywhere => "reuse everywhere",
        Approach.EmbedAll => "embed all",
        Approach.ExchangeAll => "exchange all",
        _ => "the plan",
    };

    private static Hop HopTo(Run run, string target) => run.FirstOrder.Hops.First(hop => hop.To == target);

    private static string Text(JsonElement json, string member) => json.TryGetProperty(member, out var value)
        ? value.ValueKind == JsonValueKind.Array ? string.Join(' ', value.EnumerateArray().Select(item => Host(item.GetString()!))) : Host(value.ToString())
        : "";

    private static string Host(string text) => text.Replace("https://", "", StringComparison.Ordinal);

    private static string Short(string text) => text.Length > 24 ? text[..12] + "…" : text;

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
