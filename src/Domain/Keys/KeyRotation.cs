using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Keys;

/// <summary>Says what the key log needs next. Run it at initialisation and then at any interval, on any silo.</summary>
public static class KeyRotation
{
    /// <summary>
    /// Records to append, all at once and only at the epoch that <paramref name="ring"/> was made from: the log may have
    /// moved on, and then the plan is made again. Empty when nothing is due.
    /// </summary>
    /// <param name="ring">Null for an empty log, and only then.</param>
    public static ImmutableArray<KeyRecord> Plan(KeyRing? ring, DateTimeOffset now, KeyRotationSettings settings)
    {
        // The log holds whole seconds.
        now = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        return ring is null ? Initialize(now, settings) : Continue(ring, now, settings);
    }

    /// <summary>
    /// Records by which a key is gone at once, with everything that it signed: nobody finds it any more. What signs then has
    /// been published already, unless none is left; to be appended as in <see cref="Plan"/>.
    /// </summary>
    /// <param name="ring">The keys.</param>
    /// <param name="keyId">Of the key. Empty result: there is none.</param>
    /// <param name="now">Now.</param>
    /// <param name="settings">Of the keys that are made in its place.</param>
    public static ImmutableArray<KeyRecord> PlanWithdrawal(KeyRing ring, string keyId, DateTimeOffset now, KeyRotationSettings settings)
    {
        if (ring.Keys.FirstOrDefault(key => key.KeyId == keyId) is not { } withdrawn)
        {
            return [];
        }

        now = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var records = ImmutableArray.CreateBuilder<KeyRecord>();
        records.Add(new RetiredKeyRecord { KeyId = keyId });
        List<IScheduledKey> left = [.. ring.KeysOf(withdrawn.Algorithm).ToArray().Where(key => key != withdrawn)];
        if (left.Count == 0)
        {
            var first = RingKey.Generate(withdrawn.Algorithm, now, now);
            records.Add(first);
            left.Add(first);
        }

        if (KeySchedule.StartOfMissingNext<IScheduledKey>(CollectionsMarshal.AsSpan(left), now, settings.Interval) is { } signsFrom)
        {
            records.Add(RingKey.Generate(withdrawn.Algorithm, now, signsFrom));
        }

        return records.ToImmutable();
    }

    private static ImmutableArray<KeyRecord> Initialize(DateTimeOffset now, KeyRotationSettings settings)
    {
        var records = ImmutableArray.CreateBuilder<KeyRecord>();
        records.Add(new SecretRecord { Secret = ClusterSecret.Generate() });
        foreach (var algorithm in KeyRing.Algorithms)
        {
            // Signs at once: nobody can have cached an older set.
            var first = RingKey.Generate(algorithm, now, now);
            records.Add(first);
            records.Add(RingKey.Generate(algorithm, now, KeySchedule.StartOfMissingNext([first], now, settings.Interval)!.Value));
        }

        return records.ToImmutable();
    }

    private static ImmutableArray<KeyRecord> Continue(KeyRing ring, DateTimeOffset now, KeyRotationSettings settings)
    {
        var keep = settings.LongestTokenLifetime + SubjectTokenValidator.ClockSkew + KeySchedule.PublishedBeforeSigning;
        var records = ImmutableArray.CreateBuilder<KeyRecord>();
        foreach (var algorithm in KeyRing.Algorithms)
        {
            var keys = ring.KeysOf(algorithm);
            if (KeySchedule.StartOfMissingNext(keys, now, settings.Interval) is { } signsFrom)
            {
                records.Add(RingKey.Generate(algorithm, now, signsFrom));
            }

            foreach (var key in KeySchedule.Retired(keys, now, keep))
            {
                records.Add(new RetiredKeyRecord { KeyId = key.KeyId });
            }
        }

        return records.ToImmutable();
    }
}

/// <summary>How often keys change.</summary>
public sealed class KeyRotationSettings
{
    public static readonly TimeSpan MinInterval = TimeSpan.FromHours(1);

    /// <summary>How long each key signs. A change takes effect after the next key. Default 30 days, at least 1 hour.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long any issued token may still live, under this policy and earlier ones: a superseded key stays published that
    /// much longer. Default 1 day, the greatest <c>max_lifetime</c> that any policy may have.
    /// </summary>
    public TimeSpan LongestTokenLifetime { get; init; } = TimeSpan.FromDays(1);
}
