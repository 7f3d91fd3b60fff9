using System.Security.Cryptography;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.StoreKit;

/// <summary>A cluster store for tests of whatever stands on one. It passes the kit.</summary>
public sealed class InMemoryClusterStore(TimeProvider clock) : IClusterStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LogHead> heads = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Log, string Key), LogRecord> records = [];
    private readonly Dictionary<string, DateTimeOffset> silos = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Id), DateTimeOffset> spent = [];
    private readonly Dictionary<(string Kind, string Id), (byte[] Value, DateTimeOffset Until)> kept = [];

    private DateTimeOffset heldUntil = DateTimeOffset.MinValue;

    /// <summary>Of one confirmation.</summary>
    public int MostRecords { get; set; } = int.MaxValue;

    /// <summary>Everything a reader of the store could see.</summary>
    public IReadOnlyList<LogRecord> Records => Atomically(() => records.Values.ToArray(), CancellationToken.None);

    public IReadOnlyList<string> Silos => Atomically(() => silos.Keys.ToArray(), CancellationToken.None);

    public IReadOnlyList<(string Kind, string Id)> Spent => Atomically(() => spent.Keys.ToArray(), CancellationToken.None);

    /// <summary>Another store that remembers the same, by another clock.</summary>
    public InMemoryClusterStore CopyTo(TimeProvider otherClock) => Atomically(
        () =>
        {
            var copy = new InMemoryClusterStore(otherClock);
            Copy(heads, copy.heads);
            Copy(records, copy.records);
            Copy(silos, copy.silos);
            Copy(spent, copy.spent);
            Copy(kept, copy.kept);
            return copy;
        },
        CancellationToken.None);

    public Task InitializeAsync(CancellationToken cancellationToken) => Run(
        () =>
        {
            if (heads.Count == 0)
            {
                MakeLogs();
            }

            return true;
        },
        cancellationToken);

    public Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken) => Run(
        () => silos[silo] = clock.GetUtcNow(), cancellationToken);

    public Task<Confirmation> ConfirmAsync(
        string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken) => Run(
        () =>
        {
            foreach (var silent in silos.Where(entry => clock.GetUtcNow() - entry.Value > dropAfter).Select(entry => entry.Key).ToArray())
            {
                silos.Remove(silent);
            }

            var now = new Dictionary<string, LogHead>(heads, StringComparer.Ordinal);
            if (!silos.ContainsKey(silo))
            {
                return new Confirmation(clock.GetUtcNow(), false, IsHeld, now, []);
            }

            silos[silo] = clock.GetUtcNow();
            LogRecord[] named = [.. records.Values
                .Where(record => record.Epoch > applied.GetValueOrDefault(record.Log))
                .OrderBy(record => record.Log, StringComparer.Ordinal)
                .ThenBy(record => record.Epoch)];
            return new Confirmation(clock.GetUtcNow(), true, IsHeld, now, [.. named.Take(MostRecords)]) { HasMore = named.Length > MostRecords };
        },
        cancellationToken);

    public Task HoldAsync(Guid incarnation, CancellationToken cancellationToken) => Run(
        () => heads.TryGetValue(LogNames.Revocations, out var head) && head.Incarnation == incarnation ? heldUntil = DateTimeOffset.MaxValue : heldUntil,
        cancellationToken);

    /// <summary>The logs go back to what another store holds. What was spent stays: that it was forgotten nobody could know.</summary>
    public void GoBackTo(InMemoryClusterStore earlier) => Atomically(
        () =>
        {
            heads.Clear();
            records.Clear();
            Copy(earlier.heads, heads);
            Copy(earlier.records, records);
            return heldUntil = DateTimeOffset.MinValue;
        },
        CancellationToken.None);

    /// <summary>What an operator does after the store has forgotten.</summary>
    public void BeginAnew(TimeSpan hold) => Atomically(
        () =>
        {
            heads.Clear();
            records.Clear();
            MakeLogs();
            return heldUntil = clock.GetUtcNow() + hold;
        },
        CancellationToken.None);

    public Task DeregisterAsync(string silo, CancellationToken cancellationToken) => Run(() => silos.Remove(silo), cancellationToken);

    public Task<AppendResult> AppendAsync(
        string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken) => Run(
        () =>
        {
            if (!heads.TryGetValue(log, out var head) || head != expected)
            {
                return new AppendResult(Appended: false, expected.Epoch, [.. silos.Keys]);
            }

            foreach (var record in records)
            {
                head = head with { Epoch = head.Epoch + 1 };
                this.records[(log, record.Key)] = new LogRecord(log, record.Key, head.Epoch, record.Payload.ToArray());
            }

            heads[log] = head;
            return new AppendResult(Appended: true, head.Epoch, [.. silos.Keys]);
        },
        cancellationToken);

    public Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken) => Run(
        () =>
        {
            if (spent.TryGetValue((kind, id), out var live) && live > clock.GetUtcNow())
            {
                return false;
            }

            spent[(kind, id)] = until;
            return true;
        },
        cancellationToken);

    public Task PutAsync(string kind, string id, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        Run(() => kept[(kind, id)] = (value.ToArray(), until), cancellationToken);

    public Task<bool> TryReplaceAsync(
        string kind, string id, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) => Run(
        () =>
        {
            if (!kept.TryGetValue((kind, id), out var found) || found.Until <= clock.GetUtcNow() || !expected.Span.SequenceEqual(found.Value))
            {
                return false;
            }

            kept[(kind, id)] = (value.ToArray(), until);
            return true;
        },
        cancellationToken);

    public Task<ReadOnlyMemory<byte>?> GetAsync(string kind, string id, CancellationToken cancellationToken) => Run<ReadOnlyMemory<byte>?>(
        () => kept.TryGetValue((kind, id), out var found) && found.Until > clock.GetUtcNow() ? found.Value : default(ReadOnlyMemory<byte>?), cancellationToken);

    private bool IsHeld => clock.GetUtcNow() < heldUntil;

    private void MakeLogs()
    {
        foreach (var log in LogNames.All)
        {
            heads[log] = new LogHead(new Guid(RandomNumberGenerator.GetBytes(16)), 0);
        }
    }

    private static void Copy<TKey, TValue>(Dictionary<TKey, TValue> from, Dictionary<TKey, TValue> to)
        where TKey : notnull
    {
        foreach (var (key, value) in from)
        {
            to.Add(key, value);
        }
    }

    private Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<T>(cancellationToken)
            : Task.FromResult(Atomically(work, cancellationToken));

    private T Atomically<T>(Func<T> work, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return work();
        }
    }
}
