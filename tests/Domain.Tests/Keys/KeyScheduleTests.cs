using CsCheck;
using ExchangeCluster.Domain.Keys;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Keys;

public sealed class KeyScheduleTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    // Minutes between two runs of the planner: from every minute to a cluster that was off for half a year.
    private static readonly Gen<int[]> Pauses = Gen.OneOf(Gen.Int[1, 30], Gen.Int[1, 60 * 24], Gen.Int[1, 60 * 24 * 180]).Array[1, 60];

    private static readonly Gen<TimeSpan> Interval = Gen.OneOf(Gen.Int[0, 60], Gen.Int[60, 60 * 24 * 60]).Select(m => TimeSpan.FromMinutes(m));

    private static readonly Gen<TimeSpan> Lifetime = Gen.Int[1, 60 * 24 * 3].Select(m => TimeSpan.FromMinutes(m));

    [Fact]
    public void Never_signs_with_a_key_that_a_cached_set_may_lack() => Run((cluster, now) =>
    {
        var current = cluster.Current(now);
        Assert.True(current == cluster.First || now - current.PublishedAt > KeySchedule.JwksMaxAge);
    });

    [Fact]
    public void Keeps_a_key_published_until_its_last_token_has_expired() => Run((cluster, now) =>
        Assert.All(
            cluster.Issued.Where(token => token.ExpiresAt > now),
            token => Assert.Contains(token.Key, cluster.Published)));

    [Fact]
    public void Keeps_a_next_key_published_after_every_run() => Run((cluster, now) =>
        Assert.True(cluster.Published[^1].SignsFrom > cluster.LastPlan));

    [Fact]
    public void Never_returns_to_an_earlier_key()
    {
        Key? latest = null;
        Run(
            (cluster, now) =>
            {
                var current = cluster.Current(now);
                Assert.True(latest is null || current.SignsFrom >= latest.SignsFrom);
                latest = current;
            },
            begin: () => latest = null);
    }

    [Fact]
    public void Drops_what_nobody_needs() => Run((cluster, now) => Assert.True(
        cluster.Published.Count(key => key.SignsFrom <= now - cluster.Interval - cluster.Keep - cluster.LongestPause) <= 1));

    [Fact]
    public void Changes_the_key_when_the_interval_has_passed()
    {
        var cluster = new Cluster(TimeSpan.FromDays(30), TimeSpan.FromHours(1));
        cluster.Plan(Start);

        Assert.Same(cluster.First, cluster.Current(Start.AddDays(30).AddTicks(-1)));
        Assert.NotSame(cluster.First, cluster.Current(Start.AddDays(30)));
    }

    [Fact]
    public void Signs_with_the_earliest_key_while_the_clock_is_behind_the_first_start()
    {
        var cluster = new Cluster(TimeSpan.FromDays(30), TimeSpan.FromHours(1));
        cluster.Plan(Start);

        Assert.Same(cluster.First, cluster.Current(Start.AddDays(-1)));
    }

    /// <summary>A random life of a cluster; <paramref name="check"/> runs after each plan and at instants in between.</summary>
    private static void Run(Action<Cluster, DateTimeOffset> check, Action? begin = null) =>
        Gen.Select(Pauses, Interval, Lifetime).Sample(
            (pauses, interval, lifetime) =>
            {
                begin?.Invoke();
                var cluster = new Cluster(interval, lifetime);
                var now = Start;
                foreach (var pause in pauses)
                {
                    cluster.Plan(now);
                    cluster.LongestPause = TimeSpan.FromMinutes(Math.Max(pause, cluster.LongestPause.TotalMinutes));
                    for (var part = 0; part < 8; part++)
                    {
                        var instant = now + (TimeSpan.FromMinutes(pause) * (part / 8.0));
                        cluster.Sign(instant);
                        check(cluster, instant);
                    }

                    now += TimeSpan.FromMinutes(pause);
                }
            },
            iter: 100, threads: 1);

    private sealed record Key(DateTimeOffset PublishedAt, DateTimeOffset SignsFrom) : IScheduledKey;

    private sealed class Cluster(TimeSpan interval, TimeSpan lifetime)
    {
        public Key First { get; } = new(Start, Start);

        public List<Key> Published { get; } = [];

        public List<(Key Key, DateTimeOffset ExpiresAt)> Issued { get; } = [];

        public DateTimeOffset LastPlan { get; private set; }

        public TimeSpan Interval => interval;

        public TimeSpan Keep => lifetime;

        public TimeSpan LongestPause { get; set; }

        public void Plan(DateTimeOffset now)
        {
            LastPlan = now;
            if (Published.Count == 0)
            {
                Published.Add(First);
            }

            // Both answers about the same state, as a plan gives them.
            var keys = Published.ToArray();
            if (KeySchedule.StartOfMissingNext<Key>(keys, now, interval) is { } signsFrom)
            {
                Published.Add(new Key(now, signsFrom));
            }

            foreach (var key in KeySchedule.Retired<Key>(keys, now, Keep))
            {
                Published.Remove(key);
            }
        }

        public Key Current(DateTimeOffset now) => KeySchedule.Current<Key>(Published.ToArray(), now);

        public void Sign(DateTimeOffset now) => Issued.Add((Current(now), now + lifetime));
    }
}
