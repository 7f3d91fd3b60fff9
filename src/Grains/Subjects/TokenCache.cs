using System.Diagnostics.CodeAnalysis;
using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// The exchanged tokens of one subject, at most <see cref="Capacity"/>. A token is found only under the versions that it
/// was decided under, and only while it has a useful life left; revocations that came since don't matter when they don't
/// cover it. Not thread-safe: a grain's turns order its use.
/// </summary>
internal sealed class TokenCache
{
    /// <summary>The most tokens of one subject; beyond it the oldest makes room.</summary>
    public const int Capacity = 128;

    /// <summary>
    /// A token with less life than this is minted afresh, unless its whole life is short: then half of it will do. A
    /// caller needs time to use what it gets.
    /// </summary>
    public static readonly TimeSpan MinimumLife = TimeSpan.FromSeconds(10);

    /// <summary>An answer tells the life that is left in whole seconds: below one there is nothing to tell.</summary>
    public static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Oldest first. Most subjects have one or two tokens: a table or a list would take more than they do, and finds no sooner.
    /// </summary>
    private CachedToken[] tokens = [];

    /// <summary>The tokens held, oldest first.</summary>
    public IReadOnlyCollection<CachedToken> Tokens => tokens;

    /// <param name="key">What was asked.</param>
    /// <param name="versions">The state to answer under.</param>
    /// <param name="now">The time to judge by.</param>
    /// <param name="isCovered">Whether a revocation of that state covers a token; asked once for each new epoch.</param>
    /// <param name="token">The token that may be handed out.</param>
    public bool TryGet(
        CacheKey key,
        StateVersions versions,
        DateTimeOffset now,
        Predicate<CachedToken> isCovered,
        [NotNullWhen(true)] out CachedToken? token)
    {
        token = IndexOf(key) is var index and >= 0 ? tokens[index] : null;
        return token is not null && HasUsefulLife(token, now) && Stands(token, versions, isCovered);
    }

    /// <summary>Adds it; another one of the same key makes way.</summary>
    public void Add(CachedToken token, DateTimeOffset now)
    {
        if (IndexOf(token.Key) is var index and >= 0)
        {
            RemoveAt(index);
        }
        else if (tokens.Length >= Capacity)
        {
            MakeRoom(token.Versions, now);
        }

        tokens = [.. tokens, token];
    }

    /// <summary>Negative: it is not there. The latest are asked for most.</summary>
    private int IndexOf(CacheKey key)
    {
        var index = tokens.Length - 1;
        while (index >= 0 && tokens[index].Key != key)
        {
            index--;
        }

        return index;
    }

    private static bool Stands(CachedToken token, StateVersions versions, Predicate<CachedToken> isCovered)
    {
        if (token.Versions != versions)
        {
            if (token.Versions with { Revocations = versions.Revocations } != versions || isCovered(token))
            {
                return false;
            }

            token.Versions = versions;
        }

        return true;
    }

    private static bool HasUsefulLife(CachedToken cached, DateTimeOffset now) => now <= cached.UsableUntil;

    private void MakeRoom(StateVersions versions, DateTimeOffset now)
    {
        tokens = Array.FindAll(tokens, token => token.Versions with { Revocations = versions.Revocations } == versions && HasUsefulLife(token, now));
        if (tokens.Length >= Capacity)
        {
            RemoveAt(0);
        }
    }

    private void RemoveAt(int index) => tokens = [.. tokens[..index], .. tokens[(index + 1)..]];
}
