using System.CommandLine;
using System.Text;

namespace ExchangeCluster.Tool.Policies;

/// <summary>A policy file as text.</summary>
/// <param name="Name">As it was typed, for messages.</param>
/// <param name="Text">What it holds.</param>
internal sealed record PolicyText(string Name, string Text)
{
    /// <summary>The policy file of a command line.</summary>
    public static Argument<string> Argument(string name = "policy", string description = "The policy file.") => new(name) { Description = description };

    /// <summary>Null, and why, when the file can't be read as UTF-8.</summary>
    public static async Task<(PolicyText? Policy, string? Why)> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellation);
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            return (new PolicyText(path, text.TrimStart('\uFEFF')), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, $"{path} can't be read: {e.Message}");
        }
    }
}
