using System.Text.Json;
using Xunit;

namespace ExchangeCluster.Tool.Tests.Commands;

public sealed class CheckCommandTests
{
    private const string Sound = """
        revision: 1
        issuer: https://sts.example
        """;

    private const string Broken = """
        revision: 1
        issuer: https://sts.example
        services:
          a: { domain: x, audience: https://a.example, scopes: [one] }
          b: { domain: x, audience: https://b.example, accepts: [{ from: aa, scopes: [two] }] }
        """;

    [Fact]
    public async Task Accepts_a_sound_policy()
    {
        using var file = new PolicyFile(Sound);
        var run = await Run.Of("check", file.Path);
        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Equal($"{file.Path}: 0 errors, 0 warnings, 0 notes{Environment.NewLine}", run.Out);
    }

    [Fact]
    public async Task Refuses_a_broken_policy_and_says_where()
    {
        using var file = new PolicyFile(Broken);
        var run = await Run.Of("check", file.Path);
        Assert.Equal(ExitCode.Findings, run.Code);
        Assert.Contains($"{file.Path}:5:66: error: the service 'aa' is unknown, expected the name of a service; did you mean \"a\"?", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_one_json_value()
    {
        using var file = new PolicyFile(Broken);
        var run = await Run.Of("check", file.Path, "--json");
        var finding = Assert.Single(JsonDocument.Parse(run.Out).RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal((5, 66, "error"), (finding.GetProperty("line").GetInt32(), finding.GetProperty("column").GetInt32(), finding.GetProperty("severity").GetString()));
    }

    [Fact]
    public async Task Refuses_a_file_that_is_not_there()
    {
        var run = await Run.Of("check", "/nowhere/policy.yaml");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("/nowhere/policy.yaml", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chekc")]
    [InlineData("check")]
    [InlineData("check", "a", "b")]
    [InlineData("check", "--bogus")]
    [InlineData("audit", "--outcome", "nonsense")]
    [InlineData("audit", "--subject", "alice")]
    [InlineData("revoke")]
    [InlineData("revoke", "--subject", "alice")]
    [InlineData("revoke", "--all", "--client", "a")]
    [InlineData("replay")]
    [InlineData("replay", "candidate.yaml", "--record", "file")]
    [InlineData("explain", "--client", "a")]
    [InlineData("completion", "cmd")]
    public async Task Refuses_a_command_line_that_is_none(params string[] args) => Assert.Equal(ExitCode.Usage, (await Run.Of(args)).Code);

    [Fact]
    public async Task Names_an_option_that_is_misspelt()
    {
        var run = await Run.Of("check", "--strickt", "policy.yaml");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("The option '--strickt' is unknown.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero", "is longer than any policy")]
    [InlineData("/dev", "is a directory")]
    public async Task Refuses_what_is_no_policy_file(string path, string why)
    {
        var run = await Run.Of("check", path);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_file_that_is_not_text()
    {
        using var file = new PolicyFile("");
        await File.WriteAllBytesAsync(file.Path, [0xED, 0xFF], TestContext.Current.CancellationToken);
        Assert.Contains($"{file.Path} is not UTF-8 text", (await Run.Of("check", file.Path)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completes_names_for_shells() => Assert.Contains("check", (await Run.Of("[suggest]", "ch")).Out, StringComparison.Ordinal);
}
