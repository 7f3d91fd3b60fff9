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

    public RevocationLog Revocations { get; } = new();

    /// <summary>Epochs applied so far, for the next confirmation.</summary>
    public IReadOnlyDictionary<string, long> Applied => heads.ToDictionary(head => head.Key, head => head.Value.Epoch, StringComparer.Ordinal);

    /// <summary>The same once <paramref name="part"/>, of which there is more, will be applied.</summary>
    public IReadOnlyDictionary<string, long> AppliedAfter(Confirmation part)
    {
        var epochs = new Dictionary<string, long>(Applied, StringComparer.Ordinal);
        foreach (var record in part.Records)
        {
            epochs[record.Log] = record.Epoch;
        }

        return epochs;
    }

    public LogHead Head(string log) => heads[log];

    /// <param name="log"><see cref="LogNames.IssuerKeys"/> or <see cref="LogNames.ClientKeys"/>.</param>
    public KeySetLog KeySets(string log) => log == LogNames.IssuerKeys ? IssuerKeys : ClientKeys;

    /// <summary>Applies everything a confirmation names, or the part of it that it holds. True when something changed.</summary>
    /// <exception cref="FencedException">The store is not the one this silo knew.</exception>
    public bool Apply(Confirmation confirmation)
    {
        foreach (var log in LogNames.All)
        {
            Check(log, confirmation.Heads);
        }

        var changed = Revocations.DropLapsed(clock.GetUtcNow());
        var records = confirmation.Records.ToLookup(record => record.Log, StringComparer.Ordinal);
        var reached = confirmation.HasMore ? AppliedAfter(confirmation) : null;
        foreach (var log in LogNames.All)
        {
            var head = confirmation.Heads[log];
            head = reached is null ? head : head with { Epoch = reached.GetValueOrDefault(log) };
            changed |= !heads.TryGetValue(log, out var before) || before != head;
            Open(log, head, records[log]);
            heads[log] = head;
        }

        if (!confirmation.HasMore)
        {
            Keys.Rebuild();
        }

        return changed;
    }

    /// <summary>True when every log was begun anew, which only an operator does.</summary>
    public bool AreBegunAnewIn(Confirmation confirmation) => LogNames.All.All(log =>
        confirmation.Heads.TryGetValue(log, out var head) && head.Incarnation != heads[log].Incarnation);

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
                heads[LogNames.ClientKeys].Epoch)
            {
                Incarnation = heads[LogNames.Revocations].Incarnation,
            },
            Policy = Policy.Snapshot!,
            KeyRing = Keys.KeyRing!,
            IssuerKeys = IssuerKeys.KeySets,
            ClientKeys = ClientKeys.KeySetsAnd(InlineKeySets.Of(Policy.Snapshot!, clock.GetUtcNow())),
            Revocations = Revocations.ToSnapshot(heads[LogNames.Revocations].Incarnation),
            Withdrawals = Policy.Withdrawals,
        };
    }

    private void Check(string log, IReadOnlyDictionary<string, LogHead> now)
    {
        if (!now.TryGetValue(log, out var head))
        {
            throw new StoreForgotException($"The log '{log}' is missing from the store: this is not the store that was initialised.");
        }

        if (heads.TryGetValue(log, out var known) && (head.Incarnation != known.Incarnation || head.Epoch < known.Epoch))
        {
            throw new StoreForgotException($"The log '{log}' went back in the store from {known} to {head}: the store has forgotten.");
        }
    }

    private void Open(string log, LogHead head, IEnumerable<LogRecord> records)
    {
        foreach (var record in records)
        {
            try
            {
                var plaintext = sealer.Open(new RecordPlace(log, head.Incarnation, record.Epoch, record.Key), record.Payload.Span);
                Apply(record, plaintext);
            }
            catch (CryptographicException)
            {
                throw new FencedException(
                    $"The record of the log '{log}' at epoch {record.Epoch} does not open: another key-encryption key, or it was changed.");
            }
            catch (FormatException e)
            {
                throw new FencedException($"The record of the log '{log}' at epoch {record.Epoch} can't be read: {e.Message}");
            }
        }
    }

    private void Apply(LogRecord record, byte[] plaintext)
    {
        var key = record.Key;
        switch (record.Log)
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
            case LogNames.Revocations:
                Revocations.Apply(key, record.Epoch, plaintext);
                break;
        }
    }
}
