using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Analysis;

namespace ExchangeCluster.Tool.Output;

/// <summary>Findings as lines <c>file:line:column: severity: what</c>, which editors jump to, or as JSON.</summary>
internal static class FindingsWriter
{
    public static void Write(Terminal terminal, string file, ImmutableArray<Finding> findings)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new
            {
                File = file,
                Findings = findings.Select(finding => new
                {
                    finding.At.Line,
                    finding.At.Column,
                    finding.Severity,
                    finding.What,
                }),
            });
            return;
        }

        foreach (var finding in findings)
        {
            terminal.Out.WriteLine($"{file}:{finding.At}: {NameOf(finding.Severity)}: {finding.What}");
        }

        terminal.Out.WriteLine($"{file}: {Count(findings, Severity.Error, "error")}, {Count(findings, Severity.Warning, "warning")}");
    }

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
