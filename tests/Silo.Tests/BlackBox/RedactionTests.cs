using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Tokens, secrets and subjects leave no trace: not in a log line of any level, an exception's text, a metric, an
/// activity, or a byte of what is stored. A silo of its own, so that its log and data are these tests' alone.
/// </summary>
public sealed class RedactionTests(Shop shop) : IClassFixture<Shop>
{
    private const string Subject = "canary-subject-7f3a9c";
    private const string WrongSecret = "canary-secret-51d0e2b8a4";
    private const string Claim = "canary-claim-c0ffee";

    [Fact]
    public async Task Leaves_no_token_secret_or_subject_in_logs_exceptions_telemetry_or_stored_bytes()
    {
        using var telemetry = new TelemetryCapture();
        var canaries = await ProvokeAsync();
        var lines = shop.Silo.Log.Lines.Concat(telemetry.Lines).ToArray();
        var files = Directory.EnumerateFiles(shop.Silo.DataDirectory, "*", SearchOption.AllDirectories).Select(ReadShared).ToArray();

        // Proof that there was something to find things in.
        Assert.Contains(lines, line => line.StartsWith("Trace ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("metric exchange_cluster.exchanges", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("activity ", StringComparison.Ordinal));
        Assert.NotEmpty(files);
        foreach (var canary in canaries)
        {
            Assert.DoesNotContain(lines, line => line.Contains(canary.Value, StringComparison.Ordinal));
            var octets = Encoding.UTF8.GetBytes(canary.Value);
            Assert.DoesNotContain(files, bytes => bytes.AsSpan().IndexOf(octets) >= 0);
        }
    }

    private async Task<List<Canary>> ProvokeAsync()
    {
        var good = Token();
        var issued = await shop.IssueAsync(subjectToken: good);
        await shop.IssueAsync(subjectToken: good);
        var chained = await shop.IssueAsync("orders", issued.Token, "catalog");

        var forged = TestJws.WithSignature(good, TestJws.Part(Token(), 2));
        string[] bad =
        [
            forged,
            Token(claims => claims["exp"] = 1),
            Token(claims => claims["iss"] = "https://login.stranger.example"),
            Token(claims => claims["aud"] = Claim),
            Token(claims => claims["act"] = Claim),
            Token(claims => claims["scope"] = 7),
            "canary.not.a.token",
        ];
        foreach (var token in bad)
        {
            (await shop.ExchangeAsync(subjectToken: token)).AssertRefused(ErrorCodes.InvalidRequest);
        }

        (await shop.ExchangeAsync(subjectToken: good, edit: form => form.UseBasic("web", WrongSecret))).AssertRefused(ErrorCodes.InvalidClient);
        (await shop.ExchangeAsync(subjectToken: good, edit: form => form.UsePost("web", WrongSecret))).AssertRefused(ErrorCodes.InvalidClient);
        (await shop.ExchangeAsync(subjectToken: good, audience: "nowhere")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.ExchangeAsync(subjectToken: good, scope: "locate")).AssertRefused(ErrorCodes.InvalidScope);

        var assertion = shop.Parties.Assertion("reporting", shop.Issuer, claims: claims => claims["jti"] = Claim);
        var forReporting = shop.Parties.SubjectToken(forClient: "reporting", subject: Subject);
        await shop.IssueAsync("reporting", forReporting, "catalog", edit: form => form.UseAssertion(assertion));
        var replay = await shop.ExchangeAsync("reporting", forReporting, "catalog", edit: form => form.UseAssertion(assertion));
        replay.AssertRefused(ErrorCodes.InvalidClient);

        return
        [
            new("subject", Subject), new("wrong secret", WrongSecret), new("claim", Claim), new("right secret", ShopParties.SecretOf("web")),
            .. Parts("good", good), .. bad.SelectMany(token => Parts("bad", token)), .. Parts("assertion", assertion),
            .. Parts("issued", issued.Token), .. Parts("chained", chained.Token),
        ];
    }

    /// <summary>The whole token, its payload and its signature; the header says nothing.</summary>
    private static IEnumerable<Canary> Parts(string name, string token)
    {
        var parts = token.Split('.');
        return [new(name, token), .. parts.Skip(1).Where(part => part.Length > 20).Select(part => new Canary(name + " part", part))];
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    private string Token(Action<JsonObject>? edit = null) => shop.Parties.SubjectToken(subject: Subject, claims: claims =>
    {
        claims["email"] = Claim;
        edit?.Invoke(claims);
    });

    private sealed record Canary(string Name, string Value);
}
