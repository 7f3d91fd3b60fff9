using System.CommandLine;
using System.CommandLine.Parsing;
using ExchangeCluster.Tool.Commands;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool;

/// <summary>The command line as a whole: each command is one file in <c>Commands</c>.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">As typed.</param>
    /// <param name="output">Null: the console's; tests pass their own.</param>
    /// <param name="error">Likewise.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        var root = new RootCommand("Checks, explains, proves and compares policies of a token exchange cluster.")
        {
            Terminal.Json,
            CheckCommand.Create(),
            WhoCanCommand.Create(),
            ReachCommand.Create(),
            DiffCommand.Create(),
            GraphCommand.Create(),
            ExplainCommand.Create(),
            AuditCommand.Create(),
            ReplayCommand.Create(),
            PolicyCommand.Create(),
            RevokeCommand.Create(),
            SilosCommand.Create(),
            SilosCommand.CreateKeys(),
            TryCommand.Create(),
            DoctorCommand.Create(),
            CompletionCommand.Create(),
        };
        RefuseUnknownOptions(root);
        var invocation = new InvocationConfiguration { Output = output ?? Console.Out, Error = error ?? Console.Error };
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(invocation);
        return parsed.Errors.Count == 0 ? code : ExitCode.Usage;
    }

    /// <summary>A misspelt option is none of the files and services that a command takes, as the parser would have it.</summary>
    private static void RefuseUnknownOptions(Command command)
    {
        command.Validators.Add(result =>
        {
            foreach (var token in result.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Where(token => token.Value is ['-', _, ..]))
            {
                result.AddError($"The option '{token.Value}' is unknown.");
            }
        });
        foreach (var child in command.Subcommands)
        {
            RefuseUnknownOptions(child);
        }
    }
}
