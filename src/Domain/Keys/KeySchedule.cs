namespace ExchangeCluster.Domain.Keys;

/// <summary>
/// The timetable of the keys of one algorithm, a function of the time alone. Every key knows from its making when it
/// will sign; nothing is ever rescheduled. Current is the key with the latest <see cref="IScheduledKey.SignsFrom"/> not
/// after now, next is what comes after it, previous what came before.
/// </summary>
public static class KeySchedule
{
    /// <summary>How long others may cache our JWK Set; the <c>max-age</c> of its response.</summary>
    public static readonly TimeSpan JwksMaxAge = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A new key is published at least this long before it signs: every set that was cached before it has gone stale. The
    /// half beyond <see cref="JwksMaxAge"/> is for slow replication and clocks that differ.
    /// </summary>
    public static readonly TimeSpan PublishedBeforeSigning = 2 * JwksMaxAge;

    /// <summary>
    /// The key that signs. Before every start, which only a clock behind the initialising silo's can see, the earliest
    /// key: it is the one published longest.
    /// </summary>
    /// <param name="keys">In order of <see cref="IScheduledKey.SignsFrom"/>; at least one.</param>
    public static T Current<T>(ReadOnlySpan<T> keys, DateTimeOffset now)
        where T : IScheduledKey
    {
        for (var i = keys.Length - 1; i > 0; i--)
        {
            if (keys[i].SignsFrom <= now)
            {
                return keys[i];
            }
        }

        return keys[0];
    }

    /// <summary>When the key that has to be made now will sign; null while a next key is published.</summary>
    public static DateTimeOffset? StartOfMissingNext<T>(ReadOnlySpan<T> keys, DateTimeOffset now, TimeSpan interval)
        where T : IScheduledKey
    {
        if (keys[^1].SignsFrom > now)
        {
            return null;
        }

        var due = keys[^1].SignsFrom + interval;
        var earliest = now + PublishedBeforeSigning;
        return due > earliest ? due : earliest;
    }

    /// <summary>Keys whose successor has signed for longer than <paramref name="keep"/>: their last token has expired.</summary>
    public static IReadOnlyList<T> Retired<T>(ReadOnlySpan<T> keys, DateTimeOffset now, TimeSpan keep)
        where T : IScheduledKey
    {
        var retired = new List<T>();
        for (var i = 0; i + 1 < keys.Length; i++)
        {
            if (keys[i + 1].SignsFrom + keep < now)
            {
                retired.Add(keys[i]);
            }
        }

        return retired;
    }
}

/// <summary>When a key is published and when it begins to sign; it stops when a later one of its algorithm begins.</summary>
public interface IScheduledKey
{
    DateTimeOffset PublishedAt { get; }

    DateTimeOffset SignsFrom { get; }
}
