using System.CommandLine;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Tool.Output;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange check policy.yaml</c>: every mistake and finding, with its place, and what is proved.</summary>
internal static class CheckCommand
{
    private static readonly Option<string?> Sarif = new("--sarif") { Description = "Also write the findings to this file, in SARIF 2.1.0 for code hosts." };
    private static readonly Option<bool> Strict = new("--strict") { Description = "End with 1 for warnings too." };

    public static Command Create()
    {
        var file = PolicyText.Argument();
        var command = new Command("check", "Lists every mistake and finding of a policy, and what is proved; ends with 1 where one is an error.") { file, Sarif, Strict };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, parsed.GetRequiredValue(file), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string path, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed);
        var (policy, why) = await PolicyText.ReadAsync(path, cancellation);
        if (policy is null)
        {
            return terminal.Fail(why!, ExitCode.Usage);
        }

        var check = PolicyCheck.Of(policy.Text);
        if (parsed.GetValue(Sarif) is { } sarif)
        {
            try
            {
                await File.WriteAllTextAsync(sarif, SarifWriter.Write(policy.Name, check.Findings), cancellation);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return terminal.Fail($"{sarif} can't be written: {e.Message}", ExitCode.Usage);
            }
        }

        FindingsWriter.Write(terminal, policy.Name, check);
        var worst = parsed.GetValue(Strict) ? Severity.Warning : Severity.Error;
        return check.Findings.Any(finding => finding.Severity >= worst) ? ExitCode.Findings : ExitCode.Success;
    }
}
