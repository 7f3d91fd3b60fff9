using System.Text.Json;
using Xunit;

namespace ExchangeCluster.Tool.Tests.Commands;

public sealed class ExplainCommandTests
{
    private const string Policy = """
        revision: 1
        issuer: https://sts.example
        trusted_issuers: [{ issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }]
        services:
          a: { domain: x, audience: https://a.example, scopes: [read] }
          b: { domain: x, audience: https://b.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { claims: { country: [NO] } } }] }
        """;

    [Fact]
    public async Task Explains_a_refusal_by_a_file()
    {
        using var file = new PolicyFile(Policy);
        var run = await Run.Of("explain", "--policy", file.Path, "--client", "a", "--target", "b", "--claim", "scope=read", "--claim", "country=SE");

        Assert.Equal(ExitCode.Findings, run.Code);
        Assert.Contains("- b/accepts[0]: when.claims wants one of \"NO\" in 'country', the subject token has another value", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explains_a_grant_as_json()
    {
        using var file = new PolicyFile(Policy);
        var run = await Run.Of("explain", "--policy", file.Path, "--client", "a", "--target", "b", "--claim", "scope=read", "--claim", "country=[\"NO\"]", "--json");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Equal("granted", JsonElement.Parse(run.Out).GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("--target", "b")]
    [InlineData("--client", "a", "--target", "b", "--claim", "country")]
    [InlineData("--question", "/nowhere")]
    [InlineData("--request", "18937d3ce7d44073")]
    [InlineData("--client", "a", "--target", "b", "--subject-token-file", "/nowhere")]
    [InlineData("--client", "a", "--target", "b", "--grant", "password")]
    public async Task Refuses_what_is_no_question(params string[] args)
    {
        using var file = new PolicyFile(Policy);
        Assert.Equal(ExitCode.Usage, (await Run.Of(["explain", "--policy", file.Path, .. args])).Code);
    }
}
