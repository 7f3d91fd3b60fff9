using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Analysis;

namespace ExchangeCluster.Tool.Output;

/// <summary>Findings as lines <c>file:line:column: severity: what</c>, which editors jump to, each kind explained once; or as JSON.</summary>
internal static class FindingsWriter
{
    public static void Write(Terminal terminal, string file, PolicyCheck check)
    {
        if (terminal.IsJson)
        {
            WriteJson(terminal, file, check);
            return;
        }

        foreach (var finding in check.Findings)
        {
            terminal.Out.WriteLine($"{file}:{finding.At}: {NameOf(finding.Severity)}: {finding.What} [{finding.Kind.Id}]");
        }

        foreach (var kind in check.Findings.Select(finding => finding.Kind).Distinct().OrderByDescending(kind => kind.Severity).ThenBy(kind => kind.Id, StringComparer.Ordinal))
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine($"[{kind.Id}] {kind.Title}");
            terminal.Out.WriteLine($"    why: {kind.Why}");
            terminal.Out.WriteLine($"    instead: {kind.Instead}");
            terminal.Out.WriteLine($"    more: {kind.Page}");
        }

        if (!check.Findings.IsEmpty)
        {
            terminal.Out.WriteLine();
        }

        foreach (var theorem in check.Theorems)
        {
            terminal.Out.WriteLine($"proved: {theorem}");
        }

        terminal.Out.WriteLine($"{file}: {Count(check.Findings, Severity.Error, "error")}, {Count(check.Findings, Severity.Warning, "warning")}, {Count(check.Findings, Severity.Note, "note")}");
    }

    private static void WriteJson(Terminal terminal, string file, PolicyCheck check) => terminal.WriteJson(new
    {
        File = file,
        Findings = check.Findings.Select(finding => new
        {
            finding.Kind.Id,
            finding.Severity,
            finding.At.Line,
            finding.At.Column,
            finding.What,
            finding.Kind.Why,
            finding.Kind.Instead,
            finding.Kind.Page,
        }),
        Proved = check.Theorems,
    });

    private static string NameOf(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };

    private static string Count(ImmutableArray<Finding> findings, Severity severity, string name)
    {
        var count = findings.Count(finding => finding.Severity == severity);
        return $"{count} {name}{(count == 1 ? "" : "s")}";
    }
}
