using System.Security.Cryptography;
using System.Text;

namespace ExchangeCluster.Silo.Configuration;

/// <summary>The policy file as it is now.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Fingerprint">SHA-256 of its bytes: times and sizes of files don't tell every change.</param>
internal sealed record PolicyFile(string Text, string Fingerprint)
{
    private const char ByteOrderMark = '\uFEFF';

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="DecoderFallbackException">It isn't UTF-8.</exception>
    public static async Task<PolicyFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        return new PolicyFile(StrictUtf8.GetString(bytes).TrimStart(ByteOrderMark), Convert.ToHexString(SHA256.HashData(bytes)));
    }

    public static bool IsReadFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or DecoderFallbackException;
}
