using System.Collections.Frozen;
using System.Text.Json;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Replication;

/// <summary>Public keys of others (issuers, or clients), as last confirmed at their source, by owner.</summary>
internal sealed class KeySetLog
{
    private readonly Dictionary<string, KeySet> keySets = new(StringComparer.Ordinal);

    public static byte[] Encode(string jwks, DateTimeOffset fetchedAt, TimeSpan maxAge) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new StoredKeySet(jwks, fetchedAt.ToUnixTimeSeconds(), (long)maxAge.TotalSeconds));

    /// <exception cref="FormatException">Not a stored key set.</exception>
    public void Apply(string owner, byte[] plaintext)
    {
        var stored = StoredRecord.Read<StoredKeySet>(plaintext);
        keySets[owner] = KeySetReader.Read(
            stored.Jwks, DateTimeOffset.FromUnixTimeSeconds(stored.FetchedAtSeconds), TimeSpan.FromSeconds(stored.MaxAgeSeconds));
    }

    /// <summary>True when the held set was confirmed later; of the same second counts as earlier.</summary>
    public bool IsFetchedAfter(string owner, DateTimeOffset fetchedAt) =>
        keySets.TryGetValue(owner, out var held) && held.FetchedAt > fetchedAt;

    public FrozenDictionary<string, KeySet> KeySets => keySets.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All sets by owner; one of <paramref name="others"/> wins.</summary>
    public FrozenDictionary<string, KeySet> KeySetsAnd(IReadOnlyDictionary<string, KeySet> others) =>
        keySets.Where(held => !others.ContainsKey(held.Key)).Concat(others).ToFrozenDictionary(StringComparer.Ordinal);

    private sealed record StoredKeySet(string Jwks, long FetchedAtSeconds, long MaxAgeSeconds);
}
