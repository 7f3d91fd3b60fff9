using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace ExchangeCluster.Tool.Tests.Commands;

/// <summary>What docs/policy.md shows.</summary>
public sealed class ShopTests
{
    [Fact]
    public async Task Accepts_the_shop_and_proves_its_theorems()
    {
        var run = await Run.Of("check", Shop.Path, "--strict");
        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("proved: never service geolocation, scope orders.place", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepts_the_policy_of_the_demo()
    {
        var run = await Run.Of("check", Shop.Demo);
        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("proved: never service geolocation, scope orders.place", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_planted_escalation_with_its_chain()
    {
        using var file = Shop.With("{ from: orders, scopes: [orders.place], claims: { sub: pairwise } }", "{ from: orders, elevate: { orders.place: browse }, claims: { sub: pairwise } }");
        var run = await Run.Of("check", file.Path);
        Assert.Equal(ExitCode.Findings, run.Code);
        Assert.Contains(
            "error: this elevation rests on another one: orders -> payments-as elevates orders.place from browse; "
                + "orders -> identity elevates identity.verify from orders.place, expected through: [payments-as] if that is meant [elevation-without-through]",
            run.Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_theorem_that_does_not_hold_with_its_chain()
    {
        using var file = Shop.With("never:", "never:\n  - { service: register, scope: register.read }");
        var run = await Run.Of("check", file.Path);
        Assert.Contains("'register' can come to hold a token with register.read", run.Out, StringComparison.Ordinal);
        Assert.Contains("identity -> register elevates register.read from identity.verify", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_who_can_have_a_token_in_hand()
    {
        var run = await Run.Of("who-can", "identity", "--scope", "identity.verify", "-p", Shop.Path, "--json");
        var holders = JsonDocument.Parse(run.Out).RootElement.GetProperty("chains").EnumerateArray().Select(chain => chain.GetProperty("holder").GetString());
        // web, because the token for orders that it asked for carries one for identity.
        Assert.Equal(["identity", "orders", "web"], holders);
    }

    [Fact]
    public async Task Refuses_a_question_about_an_unknown_name()
    {
        Assert.Equal(ExitCode.Usage, (await Run.Of("who-can", "nobody", "-p", Shop.Path)).Code);
        Assert.Equal(ExitCode.Usage, (await Run.Of("who-can", "identity", "--scope", "orders.place", "-p", Shop.Path)).Code);
        Assert.Equal(ExitCode.Usage, (await Run.Of("reach", "nobody", "-p", Shop.Path)).Code);
    }

    [Fact]
    public async Task Tells_what_a_stolen_token_can_become()
    {
        var run = await Run.Of("reach", "identity", "-p", Shop.Path);
        Assert.Equal(
            ["register register.read", "    a token of identity with identity.verify", "    identity -> register elevates register.read from identity.verify"],
            run.Out.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("nothing", (await Run.Of("reach", "geolocation", "-p", Shop.Path)).Out.Trim());
    }

    [Fact]
    public async Task Tells_access_and_revocations_of_a_change()
    {
        using var file = Shop.With("elevate: { rating.read: orders.place }", "scopes: []");
        var run = await Run.Of("diff", Shop.Path, file.Path);
        Assert.Equal(ExitCode.Findings, run.Code);
        Assert.Contains("- orders -> credit-rating rating.read", run.Out, StringComparison.Ordinal);
        Assert.Contains("! what was minted on orders -> credit-rating", run.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, (await Run.Of("diff", Shop.Path, Shop.Path)).Code);
    }

    [Fact]
    public async Task Tells_of_a_condition_that_is_taken_out()
    {
        using var file = Shop.With("        when: { claims: { country: [NO, SE] } }\n", "");
        var run = await Run.Of("diff", Shop.Path, file.Path);
        Assert.Equal(ExitCode.Findings, run.Code);
        Assert.Contains("~ orders -> credit-rating: when 'claims country is \"NO\" or \"SE\"' becomes nothing", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mermaid", "n0 -->|\"login\"| n8")]
    [InlineData("dot", "\"orders\" -> \"identity\" [label=\"[embed] ↑identity.verify\", style=dashed];")]
    public async Task Draws_the_mesh(string format, string line) =>
        Assert.Contains(line, (await Run.Of("graph", "-p", Shop.Path, "-f", format)).Out, StringComparison.Ordinal);

    [Fact]
    public async Task Draws_every_service_and_line_as_svg()
    {
        var svg = XElement.Parse((await Run.Of("graph", "-p", Shop.Path, "-f", "svg")).Out);
        var texts = svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToList();
        Assert.Contains("credit-rating", texts);
        Assert.Contains("[reuse] browse", texts);
    }

    [Fact]
    public async Task Draws_boxes_so_far_apart_that_labels_have_room()
    {
        using var file = Shop.With("scopes: [locate]\n    accepts:\n      - { from: orders, elevate: { locate: orders.place }", "scopes: [locate-every-customer-of-ours]\n    accepts:\n      - { from: orders, elevate: { locate-every-customer-of-ours: orders.place }");
        var svg = XElement.Parse((await Run.Of("graph", "-p", file.Path, "-f", "svg")).Out);
        var boxes = svg.Descendants().Where(element => element.Name.LocalName == "rect" && element.Attribute("rx") is not null)
            .Select(box => (int)box.Attribute("x")!).Distinct().Order().ToList();
        var gap = boxes[1] - boxes[0] - 170;
        Assert.True(gap > 6 * "↑locate-every-customer-of-ours".Length, $"{gap}");
    }

    [Fact]
    public async Task Writes_sarif()
    {
        var sarif = Path.Combine(Directory.CreateTempSubdirectory("exchange-sarif-").FullName, "findings.sarif");
        await Run.Of("check", Shop.Path, "--sarif", sarif);
        var run = JsonDocument.Parse(await File.ReadAllTextAsync(sarif, TestContext.Current.CancellationToken)).RootElement.GetProperty("runs")[0];
        var result = run.GetProperty("results")[0];
        Assert.Equal("reuse-over-shares", result.GetProperty("ruleId").GetString());
        Assert.Equal("reuse-over-shares", run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
        Directory.GetParent(sarif)!.Delete(recursive: true);
    }
}
