using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Domain.ProofOfPossession;

/// <summary>
/// Nonces that we provide (RFC 9449 section 8): a keyed hash of the current window of time. Nothing is stored, and every
/// silo of the cluster knows them all.
/// </summary>
public static class DpopNonce
{
    /// <summary>A nonce is good for the rest of its window and for the next one.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static string At(DateTimeOffset now, ClusterSecret secret) => OfWindow(WindowAt(now), secret);

    /// <summary>The window ahead counts too: the clocks of two silos may lie on two sides of its begin.</summary>
    public static bool IsCurrent(string nonce, DateTimeOffset now, ClusterSecret secret)
    {
        var presented = Encoding.UTF8.GetBytes(nonce);
        var current = false;
        for (var window = WindowAt(now) - 1; window <= WindowAt(now) + 1; window++)
        {
            current |= CryptographicOperations.FixedTimeEquals(presented, Encoding.UTF8.GetBytes(OfWindow(window, secret)));
        }

        return current;
    }

    private static long WindowAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / (long)Window.TotalSeconds;

    private static string OfWindow(long window, ClusterSecret secret)
    {
        var hash = new KeyedHash(secret.DpopNonceKey);
        hash.Add(window);
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        return Base64Url.EncodeToString(digest);
    }
}
