using System.Diagnostics;
using Xunit;

namespace ExchangeCluster.Tool.Tests.Commands;

/// <summary>The script in a real bash, with the tool's own suggestions in the place of the tool.</summary>
public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("exchange che", "check ")]
    [InlineData("exchange graph -f s", "svg ")]
    [InlineData("exchange revoke --sub", "--subject ")]
    [InlineData("exchange policy p", "publish ")]
    [InlineData("exchange check pol", "")]
    public async Task Completes_in_bash(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash.");
        var suggestions = (await Run.Of($"[suggest:{line.Length}]", line)).Out;
        var words = line.Split(' ');
        var script = $"""
            {(await Run.Of("completion", "bash")).Out}
            exchange() {'{'} [[ $1 == "[suggest:{line.Length}]" && $2 == "{line}" ]] && printf '%s' "$SUGGESTIONS"; {'}'}
            COMP_WORDS=({string.Join(' ', words)}) COMP_CWORD={words.Length - 1} COMP_LINE="{line}" COMP_POINT={line.Length}
            _exchange
            printf '%s ' "${'{'}COMPREPLY[@]{'}'}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]) { RedirectStandardOutput = true, Environment = { ["SUGGESTIONS"] = suggestions } })!;
        Assert.Equal(expected.Trim(), (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
    }
}
