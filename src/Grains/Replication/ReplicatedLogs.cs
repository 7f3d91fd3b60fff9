using System.Security.Cryptography;
using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// What this silo has applied of every log, and the state made of it. Moves only forward. One writer at a time; readers see
/// the immutable snapshot.
/// </summary>
internal sealed class ReplicatedLogs(RecordSealer sealer, TimeProvider clock)
{
    private readonly Dictionary<string, LogHead> heads = new(StringComparer.Ordinal);

    public PolicyLog Policy { get; } = new();

    public KeyLog Keys { get; } = new();

    public KeySetLog IssuerKeys { get; } = new();

    public KeySetLog ClientKeys { get; } = new();

    /// <summary>Epochs applied so far, for the next confirmation.</summary>
    public IReadOnlyDictionary<string, long> Applied => heads.ToDictionary(head => head.Key, head => head.Value.Epoch, StringComparer.Ordinal);

    public bool IsLoaded => heads.Count != 0;

    public LogHead Head(string log) => heads[log];

    /// <summary>Applies everything a confirmation names. True when something changed.</summary>
    /// <exception cref="StoreForgotException">The store is not the one this silo knew.</exception>
    public bool Apply(Confirmation confirmation)
    {
        foreach (var log in LogNames.All)
        {
            Check(log, confirmation.Heads);
        }

        var changed = false;
        foreach (var log in LogNames.All)
        {
            var head = confirmation.Heads[log];
            changed |= !heads.TryGetValue(log, out var before) || before != head;
            Open(log, head, confirmation.Records);
            heads[log] = head;
        }

        return changed;
    }

    /// <summary>The state as a whole, or null with the reasons why there is none yet.</summary>
    public ClusterSnapshot? TakeSnapshot(out IReadOnlyList<string> reasons)
    {
        var missing = new List<string>();
        if (Policy.Snapshot is null)
        {
            missing.Add("No policy has been published.");
        }

        if (Keys.KeyRing is null)
        {
            missing.Add("No signing keys have been made.");
        }

        reasons = missing;
        return missing.Count != 0 ? null : new ClusterSnapshot
        {
            Versions = new StateVersions(
                heads[LogNames.Policy].Epoch,
                heads[LogNames.Keys].Epoch,
                heads[LogNames.Revocations].Epoch,
                heads[LogNames.IssuerKeys].Epoch,
                heads[LogNames.ClientKeys].Epoch),
            Policy = Policy.Snapshot!,
            KeyRing = Keys.KeyRing!,
            IssuerKeys = IssuerKeys.KeySets,
            ClientKeys = ClientKeys.KeySetsAnd(InlineKeySets.Of(Policy.Snapshot!, clock.GetUtcNow())),
            RevocationIncarnation = heads[LogNames.Revocations].Incarnation,
        };
    }

    private void Check(string log, IReadOnlyDictionary<string, LogHead> now)
    {
        if (!now.TryGetValue(log, out var head))
        {
            throw new StoreForgotException($"The log '{log}' is missing from the store.");
        }

        if (heads.TryGetValue(log, out var known) && (head.Incarnation != known.Incarnation || head.Epoch < known.Epoch))
        {
            throw new StoreForgotException($"The log '{log}' went back: another incarnation or a lower epoch.");
        }
    }

    private void Open(string log, LogHead head, IReadOnlyList<LogRecord> records)
    {
        foreach (var record in records.Where(record => record.Log == log).OrderBy(record => record.Epoch))
        {
            try
            {
                var plaintext = sealer.Open(new RecordPlace(log, head.Incarnation, record.Epoch, record.Key), record.Payload.Span);
                Apply(log, record.Key, plaintext);
            }
            catch (Exception e) when (e is CryptographicException or FormatException)
            {
                throw new StoreForgotException($"A record of the log '{log}' at epoch {record.Epoch} does not open: {e.Message}");
            }
        }

        if (log == LogNames.Keys)
        {
            Keys.Rebuild();
        }
    }

    private void Apply(string log, string key, byte[] plaintext)
    {
        switch (log)
        {
            case LogNames.Policy:
                Policy.Apply(plaintext);
                break;
            case LogNames.Keys:
                Keys.Apply(key, plaintext);
                break;
            case LogNames.IssuerKeys:
                IssuerKeys.Apply(key, plaintext);
                break;
            case LogNames.ClientKeys:
                ClientKeys.Apply(key, plaintext);
                break;
        }
    }
}
