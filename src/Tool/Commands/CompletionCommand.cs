using System.CommandLine;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange completion bash</c>: a script with which a shell completes commands, options and their words.</summary>
internal static class CompletionCommand
{
    /// <summary>
    /// Asks the tool itself, so that it can't go stale. Options are offered only where one is begun: elsewhere they would stand in the way of file names,
    /// which the shell completes when there is nothing else. zsh understands it by its emulation of bash.
    /// </summary>
    private const string Script = """
        _exchange() {
          local word=${COMP_WORDS[COMP_CWORD]} line
          COMPREPLY=()
          while IFS= read -r line; do
            if [[ $line == "$word"* && $line != /* && ($line != -* || $word == -*) ]]; then COMPREPLY+=("$line"); fi
          done < <(exchange "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)
        }
        complete -o default -F _exchange exchange
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash or zsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", "Writes a script that completes commands in a shell: source <(exchange completion bash).") { shell };
        command.SetAction(parsed =>
        {
            var terminal = Terminal.Of(parsed);
            var script = (parsed.GetRequiredValue(shell) == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "") + Script;
            if (terminal.IsJson)
            {
                terminal.WriteJson(new { Script = script });
            }
            else
            {
                terminal.Out.WriteLine(script);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
