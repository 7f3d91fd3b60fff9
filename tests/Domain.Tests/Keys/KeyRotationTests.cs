using System.Collections.Immutable;
using ExchangeCluster.Domain.Keys;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Keys;

public sealed class KeyRotationTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    private static readonly KeyRotationSettings Settings = new() { Interval = TimeSpan.FromDays(30), LongestTokenLifetime = TimeSpan.FromHours(1) };

    private static readonly ImmutableArray<KeyRecord> Initial = KeyRotation.Plan(null, Start.AddMilliseconds(900), Settings);

    [Fact]
    public void Initialisation_makes_a_secret_a_current_and_a_next_key_of_each_algorithm()
    {
        Assert.Single(Initial.OfType<SecretRecord>());
        var keys = Initial.OfType<SigningKeyRecord>().ToList();
        Assert.Equal(["ES256", "ES256", "RS256", "RS256"], keys.Select(key => key.Algorithm));
        Assert.Equal([Start, Start.AddDays(30), Start, Start.AddDays(30)], keys.Select(key => key.SignsFrom));
        Assert.All(keys, key => Assert.Equal(Start, key.PublishedAt));
        Assert.Equal(5, Initial.Select(record => record.LogKey).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Survives_the_log() => Assert.Equal(
        KeyRing.Create(Initial).Jwks.ToArray(),
        KeyRing.Create(Initial.Reverse().Select(record => KeyRecord.Decode(record.Encode()))).Jwks.ToArray());

    [Fact]
    public void Nothing_is_due_while_a_next_key_waits() =>
        Assert.Empty(KeyRotation.Plan(KeyRing.Create(Initial), Start.AddDays(29), Settings));

    [Fact]
    public void Succession_publishes_a_next_key_then_retires_the_previous()
    {
        var log = Initial.ToDictionary(record => record.LogKey);
        var first = KeyRing.Create(log.Values);
        var signer = first.SigningKeyFor("ES256", Start);

        Apply(log, Start.AddDays(30));
        var second = KeyRing.Create(log.Values);
        Assert.Equal(6, second.Keys.Length);
        Assert.NotEqual(signer.KeyId, second.SigningKeyFor("ES256", Start.AddDays(30)).KeyId);
        Assert.True(second.TryFindVerificationKey(signer.KeyId, out _));

        Apply(log, Start.AddDays(30).AddHours(1));
        Assert.True(KeyRing.Create(log.Values).TryFindVerificationKey(signer.KeyId, out _), "Its last token has just expired.");

        Apply(log, Start.AddDays(30).AddHours(2));
        var third = KeyRing.Create(log.Values);
        Assert.Equal(4, third.Keys.Length);
        Assert.False(third.TryFindVerificationKey(signer.KeyId, out _));
        Assert.Same(third.Secret, first.Secret);
    }

    [Fact]
    public void Fault_R11_A_withdrawn_key_is_gone_and_one_that_was_published_signs()
    {
        var log = Initial.ToDictionary(record => record.LogKey);
        var current = KeyRing.Create(log.Values).SigningKeyFor("ES256", Start);
        Withdraw(log, current.KeyId, Start);

        var ring = KeyRing.Create(log.Values);
        var successor = ring.SigningKeyFor("ES256", Start);
        Assert.False(ring.TryFindVerificationKey(current.KeyId, out _));
        Assert.Contains(Initial.OfType<SigningKeyRecord>(), key => key.KeyId == successor.KeyId);
        Assert.Equal(3, ring.Keys.Length);

        // None is left: one is made that signs at once, and another that follows in time.
        Withdraw(log, successor.KeyId, Start);
        var made = KeyRing.Create(log.Values);
        Assert.Equal(4, made.Keys.Length);
        Assert.Equal(Start, made.Keys.Single(key => key.KeyId == made.SigningKeyFor("ES256", Start).KeyId).SignsFrom);
        Assert.Empty(KeyRotation.PlanWithdrawal(made, current.KeyId, Start, Settings));
        Assert.Empty(KeyRotation.Plan(made, Start, Settings));
    }

    private static void Withdraw(Dictionary<string, KeyRecord> log, string keyId, DateTimeOffset now)
    {
        foreach (var record in KeyRotation.PlanWithdrawal(KeyRing.Create(log.Values), keyId, now, Settings))
        {
            log[record.LogKey] = record;
        }
    }

    private static void Apply(Dictionary<string, KeyRecord> log, DateTimeOffset now)
    {
        foreach (var record in KeyRotation.Plan(KeyRing.Create(log.Values), now, Settings))
        {
            log[record.LogKey] = record;
        }
    }
}
