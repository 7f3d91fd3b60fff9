using System.Text.Json;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.Tool;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>The tool's commands against a silo that runs.</summary>
public sealed class ToolTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("exchange-tool-").FullName;
    private RevocationShop shop = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        shop = await RevocationShop.StartAsync();
        await WriteAsync("admin", await shop.AdminTokenAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(directory, recursive: true);
        await shop.DisposeAsync();
    }

    [Fact]
    public async Task Explains_a_token_and_a_past_refusal()
    {
        var atOrders = await shop.IssueAsync("web", shop.Login("tool"), "orders");
        var token = await WriteAsync("token", atOrders.Token);
        var (code, text) = await RunAsync("explain", "--client", "orders", "--target", "catalog", "--subject-token-file", token);
        Assert.Equal(ExitCode.Success, code);
        Assert.StartsWith("granted: https://catalog.shop.example, scope 'browse'", text, StringComparison.Ordinal);
        Assert.Contains("+ catalog/accepts[0]: every condition holds", text, StringComparison.Ordinal);

        var refused = await shop.ExchangeAsync("web", shop.Login("tool"), "stock");
        (code, text) = await RunAsync("explain", "--request", refused.Headers.GetValues("X-Request-Id").Single());
        Assert.Equal(ExitCode.Findings, code);
        Assert.StartsWith("refused: target_not_allowed.", text, StringComparison.Ordinal);
        Assert.Contains("who may call it: catalog", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follows_a_person_and_replays_what_was_decided()
    {
        await shop.ChainAsync(shop.Login("tool"));
        var (code, text) = await RunAsync("audit", "--subject", "tool", "--issuer", shop.Parties.Login.Issuer);
        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("catalog -> stock after web/orders, orders/catalog: by stock/accepts[0]", text, StringComparison.Ordinal);
        Assert.Contains("3 decisions", text, StringComparison.Ordinal);

        var live = await WriteAsync("live.yaml", RevocationShopPolicy.Text(shop.Issuer, shop.Parties));
        var candidate = await WriteAsync("candidate.yaml", RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision: 2, catalogFromOrders: ", when: { claims: { country: SE } }"));
        (code, text) = await RunAsync("replay", candidate);
        Assert.Equal(ExitCode.Findings, code);
        Assert.Contains("1 newly refused", text, StringComparison.Ordinal);

        var recorded = Path.Combine(directory, "recorded.jsonl");
        Assert.Equal(ExitCode.Success, (await RunAsync("replay", "--record", recorded)).Code);
        (code, text) = await RunAsync("replay", candidate, "--policy", live, "--decisions", recorded);
        Assert.Equal(ExitCode.Findings, code);
        Assert.Contains("newly_refused: orders -> catalog: scope 'browse'", text, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Success, (await RunAsync("policy", "shadow", "start", candidate)).Code);
        await shop.ChainAsync(shop.Login("other"));
        Assert.Equal(ExitCode.Findings, (await RunAsync("policy", "shadow", "show")).Code);
        Assert.Equal(ExitCode.Success, (await RunAsync("policy", "shadow", "stop")).Code);
        Assert.Equal("published", (await RunAsync("policy", "publish", candidate)).Text.Split('\n')[0].Trim());
        Assert.Equal(ExitCode.Findings, (await RunAsync("policy", "publish", live)).Code);
    }

    [Fact]
    public async Task Lists_examines_and_revokes()
    {
        Assert.Contains("active", (await RunAsync("silos")).Text, StringComparison.Ordinal);
        Assert.Contains("ES256", (await RunAsync("keys")).Text, StringComparison.Ordinal);
        var (code, text) = await RunAsync("doctor", "--json");
        Assert.True(code == ExitCode.Success, text);
        string[] names = [.. JsonElement.Parse(text).GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()!)];
        Assert.Equal(
            [],
            new[] { "ready", "clock", "store", "silo port", "gateway port", "public port", "management port", $"keys of issuer {shop.Parties.Login.Issuer}", "key ES256" }
                .Except(names, StringComparer.Ordinal));

        (code, text) = await RunAsync("revoke", "--edge", "orders/catalog", "--block");
        Assert.Equal(ExitCode.Success, code);
        var id = text.Split('\n')[1].Trim();
        Assert.Contains(id, (await RunAsync("revoke", "--list")).Text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, (await RunAsync("revoke", "--lift", id)).Code);
        Assert.Equal(ExitCode.Findings, (await RunAsync("revoke", "--client", "nobody")).Code);
        Assert.Equal(ExitCode.Findings, (await RunAsync("revoke", "--lift", "nothing")).Code);
    }

    [Fact]
    public async Task Says_what_a_silo_does_not_know_and_names_the_file_that_it_refuses()
    {
        Assert.Contains("No silo remembers", (await RunAsync("explain", "--request", "0123456789abcdef")).Text, StringComparison.Ordinal);
        Assert.Contains("No candidate stands beside", (await RunAsync("policy", "shadow", "show")).Text, StringComparison.Ordinal);
        var broken = await WriteAsync("broken.yaml", "revision: 2\nissue: https://sts.example\n");
        var (code, text) = await RunAsync("policy", "publish", broken);
        Assert.Equal(ExitCode.Findings, code);
        Assert.StartsWith($"{broken}:1:1: the key 'issuer' is missing", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    public async Task Says_when_something_else_answers(string answer)
    {
        await using var other = WebApplication.CreateSlimBuilder().Build();
        other.Urls.Add("http://127.0.0.1:0");
        other.MapFallback(() => answer);
        await other.StartAsync(Cancelled);
        var candidate = await WriteAsync("candidate.yaml", "revision: 1");
        string[][] commands =
        [
            ["silos"], ["keys"], ["audit"], ["revoke", "--list"], ["revoke", "--all"], ["policy", "publish", candidate], ["policy", "shadow", "show"], ["replay", candidate],
            ["replay", "--record", Path.Combine(directory, "record")],
        ];
        foreach (var command in commands)
        {
            var (code, text) = await RunAloneAsync([.. command, "--cluster", other.Urls.Single()]);
            Assert.True(code == ExitCode.Unavailable, $"{string.Join(' ', command)}: {code}, {text}");
        }

        Assert.Equal(ExitCode.Findings, (await RunAloneAsync("doctor", "--cluster", other.Urls.Single())).Code);
    }

    [Fact]
    public async Task Tries_an_exchange_and_shows_the_token_to_nobody()
    {
        var login = await WriteAsync("login", shop.Login("tool"));
        var secret = await WriteAsync("secret", ShopParties.SecretOf("web"));
        string[] args = ["--url", shop.Issuer + "/oauth/token", "--client", "web", "--secret-file", secret, "--subject-token-file", login];

        var (code, text) = await RunAloneAsync(["try", .. args, "--target", "orders"]);
        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("aud: https://orders.shop.example", text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", text, StringComparison.Ordinal);

        var kept = Path.Combine(directory, "kept");
        Assert.Equal(ExitCode.Success, (await RunAloneAsync(["try", .. args, "--target", "orders", "--output", kept])).Code);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));

        (code, text) = await RunAloneAsync(["try", .. args, "--target", "stock"]);
        Assert.Equal(ExitCode.Findings, code);
        Assert.Contains("why: exchange explain --request ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_why_a_cluster_can_not_be_asked()
    {
        await WriteAsync("admin", "junk");
        Assert.Equal(ExitCode.Usage, (await RunAsync("silos")).Code);
        Assert.Equal(ExitCode.Unavailable, (await RunAloneAsync("silos", "--cluster", "http://127.0.0.1:1")).Code);
        Assert.Equal(ExitCode.Usage, (await RunAloneAsync("silos", "--cluster", "junk")).Code);
        Assert.Contains("is it a management URL?", (await RunAloneAsync("silos", "--cluster", shop.Issuer)).Text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await RunAloneAsync("silos", "--token-file", Path.Combine(directory, "nowhere"))).Code);
    }

    private Task<(int Code, string Text)> RunAsync(params string[] args) =>
        RunAloneAsync([.. args, "--cluster", shop.Silo.ManagementUrl.ToString(), "--token-file", Path.Combine(directory, "admin")]);

    private static async Task<(int Code, string Text)> RunAloneAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString() + error);
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(directory, name);
        await File.WriteAllTextAsync(path, text, Cancelled);
        return path;
    }
}
