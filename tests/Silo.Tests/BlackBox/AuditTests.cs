using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>One line for each decision, from which a chain can be followed, and nobody's name or token read.</summary>
[Collection<RevocationShopCollection>]
public sealed class AuditTests(RevocationShop shop)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follows_a_person_through_every_service()
    {
        var tokens = await shop.ChainAsync(shop.Login("followed"));

        var entries = await ReadAsync(new JsonObject { ["subject"] = shop.Subject("followed"), ["since"] = "1h" });

        Assert.Equal(["web", "orders", "catalog"], entries.Select(entry => Text(entry, "client")));
        Assert.Equal(["orders", "catalog", "stock"], entries.Select(entry => entry.GetProperty("targets")[0].GetString()));
        Assert.Single(entries.Select(entry => Text(entry, "lineage")).Distinct());
        Assert.Equal(Text(entries[0], "token"), Text(entries[1], "subject_token"));
        Assert.Equal(Text(entries[1], "token"), Text(entries[2], "subject_token"));
        Assert.Equal(["web/orders", "orders/catalog"], entries[2].GetProperty("through").EnumerateArray().Select(hop => hop.GetString()));
        Assert.Equal("orders/accepts[0]", entries[0].GetProperty("rules")[0].GetString());
        Assert.Equal("subject_token", Text(entries[0], "expires_by"));
        var text = string.Concat(entries.Select(entry => entry.GetRawText()));
        Assert.DoesNotContain("followed", text, StringComparison.Ordinal);
        Assert.All(tokens, token => Assert.DoesNotContain(token, text, StringComparison.Ordinal));
        Assert.Equal(3, (await ReadAsync(new JsonObject { ["lineage"] = Text(entries[0], "lineage") })).Length);
        Assert.Single(await ReadAsync(new JsonObject { ["lineage"] = Text(entries[0], "lineage"), ["client"] = "catalog" }));
    }

    [Fact]
    public async Task Tells_of_answers_from_memory_too()
    {
        var login = shop.Login("again");
        await shop.IssueCachedAsync("web", login, "orders");
        await shop.IssueAsync("web", login, "orders");

        var entries = await ReadAsync(new JsonObject { ["subject"] = shop.Subject("again") });

        Assert.Contains(entries, entry => Text(entry, "source") == "decided");
        Assert.Contains(entries, entry => Text(entry, "source") == "subject_memory");
        Assert.Contains(entries, entry => Text(entry, "source") == "near_cache");
        Assert.Equal(entries.Length, entries.Select(entry => Text(entry, "request")).Distinct().Count());
    }

    [Fact]
    public async Task Tells_of_refusals_with_the_reason_for_the_operator()
    {
        var refused = await shop.ExchangeAsync("web", shop.Login("denied"), "orders", form => form.Add(ParameterNames.Scope, "browse everything"));

        var entry = Assert.Single(await ReadAsync(new JsonObject { ["subject"] = shop.Subject("denied"), ["outcome"] = "refused" }));

        Assert.Equal("scope_not_granted", Text(entry, "reason"));
        Assert.Equal(refused.Headers.GetValues("X-Request-Id").Single(), Text(entry, "request"));
        Assert.False(entry.TryGetProperty("token", out _));
    }

    [Fact]
    public async Task Repeats_nothing_that_a_stranger_claims()
    {
        const string forged = "forged\n{\"outcome\":\"issued\"}";
        var form = RevocationShop.Form("web", shop.Login("x"), "orders");
        form.UseBasic(forged, "wrong");
        (await shop.Client.SendAsync(form)).AssertRefused(ErrorCodes.InvalidClient);

        await ReadAsync(new JsonObject());

        foreach (var file in Directory.GetFiles(System.IO.Path.Combine(shop.Silo.DataDirectory, "audit")))
        {
            var lines = await ReadLinesAsync(file);
            Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
            Assert.DoesNotContain(lines, line => line.Contains("forged", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.Contains("client_authentication_failed", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Finds_what_a_filter_asks_for_and_no_more()
    {
        await shop.IssueAsync("web", shop.Login("filtered"), "orders");

        Assert.Empty(await ReadAsync(new JsonObject { ["subject"] = shop.Subject("filtered"), ["until"] = "24h" }));
        Assert.Empty(await ReadAsync(new JsonObject { ["subject"] = shop.Subject("nobody") }));
        Assert.Empty(await ReadAsync(new JsonObject { ["subject"] = shop.Subject("filtered"), ["target"] = "catalog" }));
        Assert.Empty(await ReadAsync(new JsonObject { ["subject"] = shop.Subject("filtered"), ["client"] = "mobile" }));
        Assert.Single(await ReadAsync(new JsonObject { ["limit"] = 1 }));
    }

    private static async Task<List<string>> ReadLinesAsync(string file)
    {
        // The silo has it open.
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = await reader.ReadToEndAsync(Cancelled);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private async Task<JsonElement[]> ReadAsync(JsonNode body) =>
        [.. (await RevocationShop.ReadAsync(await shop.AdminAsync(HttpMethod.Post, "/admin/audit", body))).GetProperty("entries").EnumerateArray()];

    private static string? Text(JsonElement entry, string name) => entry.GetProperty(name).GetString();
}
