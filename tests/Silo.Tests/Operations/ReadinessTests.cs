using System.Net;
using System.Text.Json;
using ExchangeCluster.Silo.Operations;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Operations;

public sealed class ReadinessTests
{
    [Fact]
    public async Task Accepts_one_issuer_without_keys_beside_one_with_and_says_so_but_not_only_such()
    {
        await using var silo = await SiloFixture.StartAsync(
            issuer => Policy(1, issuer, Issuer("good", new TestIssuer("x").Jwks) + Issuer("silent", jwks: null)), TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var (status, reason) = await ReadyAsync(http, silo);
        Assert.Equal((HttpStatusCode.OK, "No usable keys of the trusted issuer https://silent.example."), (status, reason));

        await File.WriteAllTextAsync(silo.PolicyFile, Policy(2, silo.PublicUrl.GetLeftPart(UriPartial.Authority), Issuer("silent", jwks: null)), TestContext.Current.CancellationToken);
        await silo.ReloadPolicyAsync(TestContext.Current.CancellationToken);
        (status, reason) = await ReadyAsync(http, silo);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "No usable keys of the trusted issuer https://silent.example."), (status, reason));
    }

    private static async Task<(HttpStatusCode Status, string? Reason)> ReadyAsync(HttpClient http, SiloFixture silo)
    {
        using var response = await http.GetAsync(new Uri(silo.ManagementUrl, HealthEndpoints.ReadyPath), TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, Assert.Single(body.RootElement.GetProperty("reasons").EnumerateArray()).GetString());
    }

    private static string Policy(int revision, string issuer, string issuers) => $"revision: {revision}\nissuer: {issuer}\ntrusted_issuers:\n{issuers}";

    private static string Issuer(string name, string? jwks) => $$"""
          - issuer: https://{{name}}.example
            audiences: [https://web.shop.example]
            max_lifetime: 1h
            subject_prefix: "{{name}}:"
            {{(jwks is null ? "jwks_file: none.json" : "jwks: " + jwks)}}

        """;
}
