using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Clients;

public sealed class ClientSecretHashTests
{
    private static readonly SensitiveText Secret = new("0123456789abcdef");

    [Fact]
    public void Accepts_only_the_secret_it_was_made_of()
    {
        Assert.True(ClientSecretHash.TryParse(ClientSecretHash.Of(Secret).ToString(), out var hash));

        Assert.True(hash.Verify(Secret));
        string[] others = ["0123456789abcdeF", "0123456789abcdef ", "0123456789abcde", "x", "0123456789abcdef0"];
        Assert.All(others, other => Assert.False(hash.Verify(new SensitiveText(other))));
    }

    [Fact]
    public void Salts_every_hash_afresh() =>
        Assert.NotEqual(ClientSecretHash.Of(Secret).ToString(), ClientSecretHash.Of(Secret).ToString());

    /// <summary>The stored form is a promise to operators who make it with other tools.</summary>
    [Fact]
    public void Accepts_a_hash_made_elsewhere_of_any_text()
    {
        var salt = Encoding.ASCII.GetBytes("sixteen byte key");
        var secret = "pa\u00dfwort \ud83d\ude00 of length";
        var text = $"hmac-sha256:{Base64Url.EncodeToString(salt)}:{Base64Url.EncodeToString(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(secret)))}";

        Assert.True(ClientSecretHash.TryParse(text, out var hash));
        Assert.True(hash.Verify(new SensitiveText(secret)));
        Assert.Equal(text, hash.ToString());
    }

    [Fact]
    public void Refuses_short_secrets_when_made_and_when_presented()
    {
        Assert.Throws<ArgumentException>(() => ClientSecretHash.Of(new SensitiveText("0123456789abcde")));

        var salt = new byte[16];
        var stored = $"hmac-sha256:{Base64Url.EncodeToString(salt)}:{Base64Url.EncodeToString(HMACSHA256.HashData(salt, "short"u8))}";
        Assert.True(ClientSecretHash.TryParse(stored, out var hash));
        Assert.False(hash.Verify(new SensitiveText("short")));
    }

    [Fact]
    public void Refuses_other_spellings_of_a_stored_hash()
    {
        var salt = Base64Url.EncodeToString(new byte[16]);
        var hash = Base64Url.EncodeToString(new byte[32]);
        string[] texts =
        [
            "", ":", "::", "plain-secret", $"{salt}:{hash}", $"hmac-sha512:{salt}:{hash}", $"HMAC-SHA256:{salt}:{hash}",
            $"hmac-sha256:{salt}", $"hmac-sha256:{salt}:{hash}:", $"hmac-sha256:{salt}:{hash}=", $"hmac-sha256:{salt}=:{hash}",
            $" hmac-sha256:{salt}:{hash}", $"hmac-sha256:{salt}: {hash}", $"hmac-sha256::{hash}", $"hmac-sha256:{salt}:",
            $"hmac-sha256:{Base64Url.EncodeToString(new byte[15])}:{hash}", $"hmac-sha256:{Base64Url.EncodeToString(new byte[65])}:{hash}",
            $"hmac-sha256:{salt}:{Base64Url.EncodeToString(new byte[31])}", $"hmac-sha256:{salt}:{Base64Url.EncodeToString(new byte[33])}",
            $"hmac-sha256:{salt[..^1]}B:{hash}", $"hmac-sha256:{salt}:{hash[..^1]}/",
        ];

        Assert.All(texts, text => Assert.False(ClientSecretHash.TryParse(text, out _), text));
    }

    /// <summary>Runs the commands of docs/decisions/0005-client-secrets.md as they stand there.</summary>
    [Fact]
    public async Task Accepts_what_the_documented_commands_make()
    {
        var document = await File.ReadAllTextAsync(DecisionRecord(), TestContext.Current.CancellationToken);
        var commands = document.Split("```sh\n")[1].Split("```")[0];
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "openssl"))),
            "No openssl on the PATH.");
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-eu", "-c", commands]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, shell.ExitCode);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var secret = lines.Single(line => line.StartsWith("secret: ", StringComparison.Ordinal))["secret: ".Length..];
        var stored = lines.Single(line => line.StartsWith("hash:   ", StringComparison.Ordinal))["hash:   ".Length..];
        Assert.True(ClientSecretHash.TryParse(stored, out var hash), stored);
        Assert.True(hash.Verify(new SensitiveText(secret)));
    }

    private static string DecisionRecord()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ExchangeCluster.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "docs", "decisions", "0005-client-secrets.md");
    }
}
