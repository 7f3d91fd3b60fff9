using System.CommandLine;
using System.Text;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool.Policies;

/// <summary>A policy file as text.</summary>
/// <param name="Name">As it was typed, for messages.</param>
/// <param name="Text">What it holds.</param>
internal sealed record PolicyText(string Name, string Text)
{
    /// <summary>Lines of a silo, which does not know the file and calls it "policy".</summary>
    public string Named(string lines) => string.Join(Environment.NewLine, lines.Split(Environment.NewLine)
        .Select(line => line.StartsWith("policy:", StringComparison.Ordinal) ? Name + line["policy".Length..] : line));

    /// <summary>The policy file of a command line.</summary>
    public static Argument<string> Argument(string name = "policy", string description = "The policy file.") => new(name) { Description = description };

    /// <summary>The policy file of a command whose arguments are about something else.</summary>
    public static readonly Option<string> Option = new("--policy", "-p") { Description = "The policy file.", DefaultValueFactory = _ => "policy.yaml" };

    /// <summary>Reads and compiles the file of <see cref="Option"/>, and answers from it; a policy that doesn't load is listed instead.</summary>
    public static async Task<int> WithSnapshotAsync(ParseResult parsed, Func<Terminal, PolicySnapshot, int> answer, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed);
        var (snapshot, code) = await LoadAsync(terminal, parsed.GetRequiredValue(Option), cancellation);
        return snapshot is null ? code : answer(terminal, snapshot);
    }

    /// <summary>The compiled policy; or null, after the mistakes are written, and the exit code.</summary>
    public static async Task<(PolicySnapshot? Snapshot, int Code)> LoadAsync(Terminal terminal, string path, CancellationToken cancellation)
    {
        var (policy, why) = await ReadAsync(path, cancellation);
        if (policy is null)
        {
            return (null, terminal.Fail(why!, ExitCode.Usage));
        }

        var compilation = PolicyCompiler.Compile(policy.Text, policy.Name);
        return compilation.Snapshot is { } snapshot
            ? (snapshot, ExitCode.Success)
            : (null, terminal.Fail(string.Join(Environment.NewLine, compilation.Mistakes), ExitCode.Usage));
    }

    /// <summary>More bytes than the longest policy has: the rest of a device that never ends is not read.</summary>
    private const int MaxBytes = 128 * 1024 * 1024;

    /// <summary>Null, and why, when the file can't be read as UTF-8.</summary>
    public static async Task<(PolicyText? Policy, string? Why)> ReadAsync(string path, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
        {
            return (null, $"{path} is a directory, expected a policy file.");
        }

        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            var part = new byte[64 * 1024];
            while (await file.ReadAsync(part, cancellation) is > 0 and var read)
            {
                if (bytes.Length + read > MaxBytes)
                {
                    return (null, $"{path} is longer than any policy, expected at most {MaxBytes} bytes.");
                }

                bytes.Write(part, 0, read);
            }

            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
            return (new PolicyText(path, text.TrimStart('\uFEFF')), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, $"{path} is not UTF-8 text, expected a policy file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, $"{path} can't be read: {e.Message}");
        }
    }
}
