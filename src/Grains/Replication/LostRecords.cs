using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// What a silo knows and a store that was begun anew does not: our keys, the policy, the revocations. Key sets of issuers and
/// clients are fetched again. Where both know something the stricter stays.
/// </summary>
internal static class LostRecords
{
    /// <summary>So many at once, so that the store is never busy for long.</summary>
    private const int Batch = 5_000;

    /// <summary>The next records to write back, and to which log; null when the store knows everything.</summary>
    public static (string Log, IReadOnlyList<PlainRecord> Records)? Next(ReplicatedLogs known, ReplicatedLogs store) =>
        Keys(known.Keys, store.Keys) is { Length: > 0 } keys ? (LogNames.Keys, keys)
        : Policy(known.Policy, store.Policy) is { Length: > 0 } policy ? (LogNames.Policy, policy)
        : Revocations(known.Revocations, store.Revocations) is { Length: > 0 } revocations ? (LogNames.Revocations, revocations)
        : null;

    /// <summary>A key that is retired anywhere stays retired; the cluster secret is the old one, which all handles were made with.</summary>
    private static PlainRecord[] Keys(KeyLog known, KeyLog store) =>
    [
        .. known.Records
            .Where(record => store.Find(record.LogKey) switch
            {
                null => true,
                RetiredKeyRecord => false,
                SecretRecord other => !record.Encode().AsSpan().SequenceEqual(other.Encode()),
                _ => record is RetiredKeyRecord,
            })
            .Select(record => new PlainRecord(record.LogKey, record.Encode())),
    ];

    private static PlainRecord[] Policy(PolicyLog known, PolicyLog store) =>
        known is { Snapshot: { } snapshot, Record: { } record }
        && (store.Snapshot is not { } other || other.Revision < snapshot.Revision
            || (other.Revision == snapshot.Revision && !record.AsSpan().SequenceEqual(store.Record)))
            ? [new PlainRecord(PolicyLog.Key, record)]
            : [];

    private static PlainRecord[] Revocations(RevocationLog known, RevocationLog store) =>
    [
        .. known.Entries
            .Where(entry => store.Find(entry.Id) is not { } other || other.At < entry.At)
            .Take(Batch)
            .Select(entry => new PlainRecord(entry.Id, RevocationLog.Encode(entry), entry.ExpiresAt)),
    ];
}
