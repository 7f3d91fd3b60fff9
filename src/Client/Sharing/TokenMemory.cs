using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Client.Sharing;

/// <summary>
/// Exchanged tokens of this process, bounded in number and in age. Each is due for renewal some time before it is given up, not
/// all at the same moment, so that nobody has to wait for a token that is in use and renewals don't come in a burst.
/// </summary>
internal sealed class TokenMemory(IOptions<TokenExchangeOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>Of a token's life, so much is left when it is given up: it must not end on its way.</summary>
    private const int SparePercent = 10;

    /// <summary>Of the time that a token is kept, so much is left when renewal is due.</summary>
    private const int MinRenewalPercent = 5;
    private const int MaxRenewalPercent = 25;

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = options.Value.MaxCachedTokens });

    /// <param name="key">What it answers.</param>
    /// <param name="isDue">It should be renewed, though it may still be used.</param>
    public TargetToken? Find(TokenKey key, out bool isDue)
    {
        var now = clock.GetUtcNow();
        var entry = cache.TryGetValue(key, out Entry? found) && found is not null && now < found.GivenUpAt ? found : null;
        isDue = entry is not null && now >= entry.DueAt;
        return entry?.Token;
    }

    public void Keep(TokenKey key, TargetToken token)
    {
        var now = clock.GetUtcNow();
        var useful = (token.ExpiresAt - now) * (100 - SparePercent) / 100;
        var kept = useful < options.Value.MaxStaleness ? useful : options.Value.MaxStaleness;
        if (kept > TimeSpan.Zero)
        {
            var due = kept * (100 - RandomNumberGenerator.GetInt32(MinRenewalPercent, MaxRenewalPercent + 1)) / 100;
            var entry = new Entry(token.From(TokenOrigin.Cached), now + due, now + kept);
            cache.Set(key, entry, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = kept });
        }
    }

    public void Forget(TokenKey key) => cache.Remove(key);

    public void Dispose() => cache.Dispose();

    private sealed record Entry(TargetToken Token, DateTimeOffset DueAt, DateTimeOffset GivenUpAt);
}
