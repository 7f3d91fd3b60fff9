using System.CommandLine;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Tool.Output;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange check policy.yaml</c>: every mistake and finding, with its place.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var file = PolicyText.Argument();
        var command = new Command("check", "Lists every mistake and finding of a policy; ends with 1 where one is an error.") { file };
        command.SetAction((parsed, cancellation) => RunAsync(Terminal.Of(parsed), parsed.GetRequiredValue(file), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, string path, CancellationToken cancellation)
    {
        var (policy, why) = await PolicyText.ReadAsync(path, cancellation);
        if (policy is null)
        {
            return terminal.Fail(why!, ExitCode.Usage);
        }

        var check = PolicyCheck.Of(policy.Text);
        FindingsWriter.Write(terminal, policy.Name, check.Findings);
        return check.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }
}
