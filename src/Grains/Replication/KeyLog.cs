using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Grains.Replication;

/// <summary>Our own keys: the records of the key log, and the ring they make.</summary>
internal sealed class KeyLog
{
    private readonly Dictionary<string, KeyRecord> records = new(StringComparer.Ordinal);
    private bool changed;

    public IReadOnlyCollection<KeyRecord> Records => records.Values;

    public KeyRing? KeyRing { get; private set; }

    public KeyRecord? Find(string key) => records.GetValueOrDefault(key);

    /// <exception cref="FormatException">Not a key record, or stored under another key.</exception>
    public void Apply(string key, byte[] plaintext)
    {
        var record = KeyRecord.Decode(plaintext);
        if (record.LogKey != key)
        {
            throw new FormatException("A key record stands under another key.");
        }

        records[key] = record;
        changed = true;
    }

    /// <summary>Call after the last record of a batch: a ring is made of the whole log.</summary>
    public void Rebuild()
    {
        if (changed)
        {
            KeyRing = KeyRing.Create(records.Values);
            changed = false;
        }
    }
}
