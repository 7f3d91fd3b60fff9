using System.Net;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Silo.TrustedIssuers;
using ExchangeCluster.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

public sealed class KeySetFetcherTests
{
    private readonly KeySetBench bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bad => [.. BadAnswers.All.Keys];

    [Fact]
    public async Task Accepts_keys_by_discovery()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var fetched = await bench.Fetcher.FetchAsync(new KeySetSource(DiscoveryIssuer: issuer.Issuer), Cancellation);
        Assert.Equal(issuer.Jwks, fetched.Jwks);
        Assert.Equal(bench.Clock.GetUtcNow(), fetched.KeySet.FetchedAt);
        Assert.Equal([LoopbackIssuer.DiscoveryPath, LoopbackIssuer.JwksPath], issuer.Requests);
    }

    [Fact]
    public async Task Accepts_keys_by_jwks_uri_without_asking_for_compression()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var fetched = await bench.Fetcher.FetchAsync(new KeySetSource(JwksUri: issuer.JwksUri), Cancellation);
        Assert.Equal(issuer.Jwks, fetched.Jwks);
        Assert.Equal([LoopbackIssuer.JwksPath], issuer.Requests);
        Assert.False(Assert.Single(issuer.RequestHeaders).ContainsKey("Accept-Encoding"));
    }

    [Fact]
    public async Task Accepts_keys_from_a_file_beside_the_policy()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        bench.Options.PolicyDirectory = Directory.CreateTempSubdirectory().FullName;
        await File.WriteAllTextAsync(Path.Combine(bench.Options.PolicyDirectory, "keys.json"), issuer.Jwks, Cancellation);
        var fetched = await bench.Fetcher.FetchAsync(new KeySetSource(File: "keys.json"), Cancellation);
        Directory.Delete(bench.Options.PolicyDirectory, recursive: true);
        Assert.Equal(issuer.Jwks, fetched.Jwks);
    }

    [Fact]
    public async Task Accepts_certificates_from_a_file_beside_the_policy()
    {
        bench.Options.PolicyDirectory = Directory.CreateTempSubdirectory().FullName;
        var pem = new TestSaml("urn:idp").CertificatePem;
        await File.WriteAllTextAsync(Path.Combine(bench.Options.PolicyDirectory, "idp.pem"), pem, Cancellation);
        var fetched = await bench.Fetcher.FetchAsync(new KeySetSource(File: "idp.pem"), Cancellation);
        Directory.Delete(bench.Options.PolicyDirectory, recursive: true);
        Assert.Single(fetched.KeySet.Keys);
        Assert.StartsWith("{", fetched.Jwks, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_file_that_is_not_there() =>
        Assert.Contains("NotFound", await RefusalOf(new KeySetSource(File: "/nowhere/keys.json")), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Fault_F21_Refuses_bad_answers_of_a_key_set(string kind)
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        issuer.AnswerKeys = BadAnswers.All[kind].Answer;
        Assert.Contains(BadAnswers.All[kind].Reason, await RefusalOf(new KeySetSource(JwksUri: issuer.JwksUri)), StringComparison.Ordinal);
        Assert.Equal([LoopbackIssuer.JwksPath], issuer.Requests);
    }

    [Theory]
    [InlineData(LoopbackIssuer.DiscoveryPath)]
    [InlineData(LoopbackIssuer.JwksPath)]
    public async Task Fault_F21_Refuses_to_wait_longer_than_the_limit(string slowPath)
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        bench.Options.Timeout = TimeSpan.FromHours(1); // of the fake clock: real time must not end the wait
        var asked = new TaskCompletionSource();
        Func<HttpContext, Task> hang = context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        issuer.AnswerDiscovery = slowPath == LoopbackIssuer.DiscoveryPath ? hang : null;
        issuer.AnswerKeys = hang;
        var refusal = RefusalOf(new KeySetSource(DiscoveryIssuer: issuer.Issuer));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        bench.Clock.Advance(bench.Options.Timeout);
        Assert.Contains("No complete answer", await refusal.WaitAsync(TimeSpan.FromSeconds(30), Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://other.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("")]
    public async Task Refuses_a_discovery_document_of_another_issuer(string named)
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        issuer.AnswerDiscovery = context =>
            LoopbackIssuer.WriteJsonAsync(context, $$"""{"issuer":"{{named}}","jwks_uri":"{{issuer.JwksUri}}"}""");
        Assert.Contains("another issuer", await RefusalOf(new KeySetSource(DiscoveryIssuer: issuer.Issuer)), StringComparison.Ordinal);
        Assert.Equal(0, issuer.KeyRequests);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://keys.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:word@127.0.0.1/")]
    [InlineData("/jwks")]
    [InlineData("https://rebound.example/")]
    public async Task Fault_X9_Refuses_addresses_that_a_discovery_document_must_not_name(string jwksUri)
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        bench.Hosts["rebound.example"] = [IPAddress.Parse("169.254.169.254")];
        issuer.AnswerDiscovery = context =>
            LoopbackIssuer.WriteJsonAsync(context, $$"""{"issuer":"{{issuer.Issuer}}","jwks_uri":"{{jwksUri}}"}""");
        var refusal = await RefusalOf(new KeySetSource(DiscoveryIssuer: issuer.Issuer));
        Assert.DoesNotContain("request failed", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("No complete answer", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://issuer.example")]
    [InlineData("https://169.254.169.254")]
    [InlineData("https://metadata.example")]
    public async Task Fault_X9_Refuses_configured_sources_that_nobody_should_have(string issuer)
    {
        bench.Hosts["metadata.example"] = [IPAddress.Parse("169.254.169.254"), IPAddress.Parse("fd00:ec2::254")];
        var refusal = await RefusalOf(new KeySetSource(DiscoveryIssuer: issuer));
        Assert.DoesNotContain("request failed", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_certificate_that_nobody_trusts()
    {
        using var certificate = SelfSigned.Create("localhost");
        await using var issuer = await LoopbackIssuer.StartAsync(
            "https://127.0.0.1:0",
            host => host.UseKestrelHttpsConfiguration().ConfigureKestrel(
                kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate)));
        var refusal = await RefusalOf(new KeySetSource(JwksUri: issuer.JwksUri));
        Assert.Contains("SecureConnectionError", refusal, StringComparison.Ordinal);
        Assert.Empty(issuer.Requests);
    }

    private async Task<string> RefusalOf(KeySetSource source) =>
        (await Assert.ThrowsAsync<KeySetFetchException>(() => bench.Fetcher.FetchAsync(source, Cancellation))).Message;
}
