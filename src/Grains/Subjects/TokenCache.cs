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
    /// Oldest first, and no longer than it has to be: most subjects have one or two tokens, and a table would take more than they do. What
    /// a search compares lies side by side.
    /// </summary>
    private Entry[] entries = [];

    /// <summary>The tokens held, oldest first.</summary>
    public IEnumerable<CachedToken> Tokens => entries.Select(entry => entry.Token);

    public int Count => entries.Length;

    /// <param name="key">What was asked.</param>
    /// <param name="versions">The state to answer under.</param>
    /// <param name="now">The time to judge by.</param>
    /// <param name="isCovered">Whether a revocation of that state covers a token; asked once for each new epoch.</param>
    /// <param name="answer">With the token that may be handed out; counted.</param>
    public bool TryAnswer(
        CacheKey key,
        StateVersions versions,
        DateTimeOffset now,
        Predicate<CachedToken> isCovered,
        [NotNullWhen(true)] out SubjectReply.Issued? answer)
    {
        answer = null;
        if (IndexOf(key) is var index and >= 0)
        {
            ref var entry = ref entries[index];
            if (entry.HasUsefulLife(now) && entry.Stands(versions, isCovered))
            {
                answer = entry.Token.Answer(entry.UsableUntil);
            }
        }

        return answer is not null;
    }

    /// <summary>Adds a token; another one of the same key makes way.</summary>
    /// <param name="key">What was asked.</param>
    /// <param name="versions">The state that it was decided under.</param>
    /// <param name="token">What was answered.</param>
    /// <param name="usableUntil">As <see cref="FreshToken.UsableUntil"/>.</param>
    /// <param name="now">The time to judge the others by.</param>
    public void Add(CacheKey key, StateVersions versions, CachedToken token, DateTimeOffset usableUntil, DateTimeOffset now)
    {
        var leaves = IndexOf(key);
        if (leaves < 0 && entries.Length >= Capacity)
        {
            entries = Array.Exists(entries, IsUseless) ? Array.FindAll(entries, entry => !IsUseless(entry)) : entries;
            leaves = entries.Length >= Capacity ? 0 : leaves;
        }

        if (leaves < 0)
        {
            Array.Resize(ref entries, entries.Length + 1);
        }
        else
        {
            entries.AsSpan(leaves + 1).CopyTo(entries.AsSpan(leaves));
        }

        entries[^1] = new Entry(key, versions, token, usableUntil);

        bool IsUseless(Entry entry) => !entry.HasUsefulLife(now) || !entry.Versions.IsSameButForRevocations(versions);
    }

    /// <summary>Negative: it is not there. The latest are asked for most.</summary>
    private int IndexOf(CacheKey key)
    {
        var index = entries.Length - 1;
        while (index >= 0 && entries[index].Key != key)
        {
            index--;
        }

        return index;
    }

    private struct Entry(CacheKey key, StateVersions versions, CachedToken token, DateTimeOffset usableUntil)
    {
        // In UTC, and half of what it takes to say so.
        private readonly DateTime usableUntil = usableUntil.UtcDateTime;

        public CacheKey Key { get; } = key;

        public CachedToken Token { get; } = token;

        /// <summary>The state that it was decided under, or has been checked against since.</summary>
        public StateVersions Versions { get; private set; } = versions;

        public readonly DateTimeOffset UsableUntil => new(usableUntil);

        public readonly bool HasUsefulLife(DateTimeOffset now) => now.UtcDateTime <= usableUntil;

        public bool Stands(StateVersions current, Predicate<CachedToken> isCovered)
        {
            if (Versions != current)
            {
                if (!Versions.IsSameButForRevocations(current) || isCovered(Token))
                {
                    return false;
                }

                Versions = current;
            }

            return true;
        }
    }
}
