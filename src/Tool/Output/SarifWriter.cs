using System.Collections.Immutable;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Policies.Analysis;

namespace ExchangeCluster.Tool.Output;

/// <summary>Findings in SARIF 2.1.0, which code hosts show beside the lines.</summary>
internal static class SarifWriter
{
    // JSON for machines, never part of HTML.
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(string file, ImmutableArray<Finding> findings)
    {
        var kinds = findings.Select(finding => finding.Kind).Distinct().ToList();
        return new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "exchange check",
                        ["version"] = typeof(SarifWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
                        ["rules"] = new JsonArray([.. kinds.Select(Rule)]),
                    },
                },
                ["columnKind"] = "utf16CodeUnits",
                ["results"] = new JsonArray([.. findings.Select(finding => Result(file, finding, kinds.IndexOf(finding.Kind)))]),
            }),
        }.ToJsonString(Format);
    }

    private static JsonObject Rule(FindingKind kind) => new()
    {
        ["id"] = kind.Id,
        ["shortDescription"] = Text(kind.Title),
        ["fullDescription"] = Text(kind.Why),
        ["help"] = Text($"{kind.Why} Write instead: {kind.Instead} ({kind.Page})"),
        ["defaultConfiguration"] = new JsonObject { ["level"] = Level(kind.Severity) },
    };

    private static JsonObject Result(string file, Finding finding, int rule) => new()
    {
        ["ruleId"] = finding.Kind.Id,
        ["ruleIndex"] = rule,
        ["level"] = Level(finding.Severity),
        ["message"] = Text(finding.What),
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = UriOf(file) },
                ["region"] = new JsonObject { ["startLine"] = finding.At.Line, ["startColumn"] = finding.At.Column },
            },
        }),
    };

    /// <summary>A relative path stays relative: hosts resolve it against the repository.</summary>
    private static string UriOf(string file) => Path.IsPathRooted(file)
        ? new Uri(file).AbsoluteUri
        : string.Join('/', file.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
