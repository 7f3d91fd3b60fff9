using System.Security.Cryptography;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// The cluster store of a single process: one SQLite file, held exclusively, every acknowledged write on disk
/// (<c>synchronous=FULL</c>). One operation at a time, each one transaction.
/// </summary>
public sealed class SqliteClusterStore : IClusterStore, IDisposable
{
    /// <summary>Most expired rows that one operation removes on its way, so that none takes long.</summary>
    private const int PurgeBatch = 100;

    private readonly TimeProvider clock;
    private readonly InitializedMarker marker;
    private readonly SqliteDatabase database;

    /// <summary>Touched by the database's work only, which comes one after the other.</summary>
    private long spends;

    private SqliteClusterStore(string directory, TimeProvider clock)
    {
        this.clock = clock;
        marker = new InitializedMarker(directory);
        database = new SqliteDatabase(SqliteFile.Open(directory), directory);
    }

    /// <summary>Opens or creates <c>state.db</c> in <paramref name="directory"/>, which gets mode 0700 when it is created here.</summary>
    /// <exception cref="DataDirectoryException">Another process holds it, it can't be written, or it isn't ours.</exception>
    public static SqliteClusterStore Open(string directory, TimeProvider clock) => new(directory, clock);

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        // A directory that was initialised once and lost its logs is a store that forgot: it stays without them.
        if (!marker.Exists)
        {
            await database.InTransactionAsync(CreateLogs, cancellationToken);
            marker.Set();
        }
    }

    public Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken) => database.InTransactionAsync(
        () =>
        {
            DropSilent(dropAfter);
            return database.Execute(
                "INSERT INTO silos (id, confirmed_at_ms) VALUES ($silo, $now) ON CONFLICT (id) DO UPDATE SET confirmed_at_ms = $now",
                ("$silo", silo), ("$now", NowMs()));
        },
        cancellationToken);

    public Task<Confirmation> ConfirmAsync(
        string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            () =>
            {
                DropSilent(dropAfter);
                var heads = ReadHeads();
                var now = clock.GetUtcNow();
                var renewed = database.Execute(
                    "UPDATE silos SET confirmed_at_ms = $now WHERE id = $silo", ("$silo", silo), ("$now", NowMs()));
                return renewed == 0
                    ? new Confirmation(now, Registered: false, IsHeld: false, heads, [])
                    : new Confirmation(
                        now, Registered: true, IsHeld: false, heads, [.. heads.Keys.SelectMany(log => ReadRecords(log, applied.GetValueOrDefault(log)))]);
            },
            cancellationToken);

    /// <summary>Nothing: no other process can open it, and this one doesn't answer any more.</summary>
    public Task HoldAsync(Guid incarnation, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DeregisterAsync(string silo, CancellationToken cancellationToken) => database.InTransactionAsync(
        () => database.Execute("DELETE FROM silos WHERE id = $silo", ("$silo", silo)), cancellationToken);

    public Task<AppendResult> AppendAsync(
        string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken) => database.InTransactionAsync(
        () =>
        {
            var epoch = expected.Epoch + records.Count;
            var moved = database.Execute(
                "UPDATE logs SET epoch = $epoch WHERE name = $log AND incarnation = $incarnation AND epoch = $expected",
                ("$epoch", epoch), ("$log", log), ("$incarnation", expected.Incarnation.ToString("N")), ("$expected", expected.Epoch));
            if (moved == 0)
            {
                return new AppendResult(Appended: false, expected.Epoch, ReadSilos());
            }

            for (var index = 0; index < records.Count; index++)
            {
                Write(log, expected.Epoch + 1 + index, records[index]);
            }

            database.Execute(
                "DELETE FROM records WHERE (log, key) IN (SELECT log, key FROM records WHERE expires_at_ms <= $now LIMIT $batch)",
                ("$now", NowMs()), ("$batch", PurgeBatch));
            return new AppendResult(Appended: true, epoch, ReadSilos());
        },
        cancellationToken);

    public Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken) => database.InTransactionAsync(
        () =>
        {
            // Only what has expired goes: a live id is never evicted. Twice as fast as ids come.
            if (spends++ % (PurgeBatch / 2) == 0)
            {
                database.Execute(
                    "DELETE FROM spent WHERE rowid IN (SELECT rowid FROM spent WHERE until_ms <= $now LIMIT $batch)",
                    ("$now", NowMs()), ("$batch", PurgeBatch));
            }

            return database.Execute(
                """
                INSERT INTO spent (kind, id, until_ms) VALUES ($kind, $id, $until)
                ON CONFLICT (kind, id) DO UPDATE SET until_ms = $until WHERE until_ms <= $now
                """,
                ("$kind", kind), ("$id", id), ("$until", until.ToUnixTimeMilliseconds()), ("$now", NowMs())) == 1;
        },
        cancellationToken);

    public Task PutAsync(
        string kind, string id, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) => database.InTransactionAsync(
        () =>
        {
            database.Execute(
                "DELETE FROM kept WHERE rowid IN (SELECT rowid FROM kept WHERE until_ms <= $now LIMIT $batch)",
                ("$now", NowMs()), ("$batch", PurgeBatch));
            return database.Execute(
                """
                INSERT INTO kept (kind, id, value, until_ms) VALUES ($kind, $id, $value, $until)
                ON CONFLICT (kind, id) DO UPDATE SET value = $value, until_ms = $until
                """,
                ("$kind", kind), ("$id", id), ("$value", value.ToArray()), ("$until", until.ToUnixTimeMilliseconds()));
        },
        cancellationToken);

    public Task<bool> TryReplaceAsync(
        string kind, string id, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            () => database.Execute(
                """
                UPDATE kept SET value = $value, until_ms = $until
                WHERE kind = $kind AND id = $id AND value = $expected AND until_ms > $now
                """,
                ("$kind", kind),
                ("$id", id),
                ("$expected", expected.ToArray()),
                ("$value", value.ToArray()),
                ("$until", until.ToUnixTimeMilliseconds()),
                ("$now", NowMs())) == 1,
            cancellationToken);

    public Task<ReadOnlyMemory<byte>?> GetAsync(string kind, string id, CancellationToken cancellationToken) => database.InTransactionAsync(
        () => database.Query<ReadOnlyMemory<byte>?>(
            "SELECT value FROM kept WHERE kind = $kind AND id = $id AND until_ms > $now",
            row => row.GetFieldValue<byte[]>(0),
            ("$kind", kind), ("$id", id), ("$now", NowMs())).SingleOrDefault(),
        cancellationToken);

    public void Dispose() => database.Dispose();

    private int CreateLogs() => LogNames.All.Sum(log => database.Execute(
        "INSERT INTO logs (name, incarnation, epoch) VALUES ($log, $incarnation, 0) ON CONFLICT (name) DO NOTHING",
        ("$log", log), ("$incarnation", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)))));

    private Dictionary<string, LogHead> ReadHeads() => database
        .Query(
            "SELECT name, incarnation, epoch FROM logs",
            row => (Log: row.GetString(0), Head: new LogHead(Guid.ParseExact(row.GetString(1), "N"), row.GetInt64(2))))
        .ToDictionary(row => row.Log, row => row.Head, StringComparer.Ordinal);

    private List<LogRecord> ReadRecords(string log, long above) => database.Query(
        "SELECT key, epoch, payload FROM records WHERE log = $log AND epoch > $above ORDER BY epoch",
        row => new LogRecord(log, row.GetString(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)),
        ("$log", log), ("$above", above));

    private List<string> ReadSilos() => database.Query("SELECT id FROM silos ORDER BY id", row => row.GetString(0));

    private void Write(string log, long epoch, NewRecord record) => database.Execute(
        """
        INSERT INTO records (log, key, epoch, payload, expires_at_ms) VALUES ($log, $key, $epoch, $payload, $expires)
        ON CONFLICT (log, key) DO UPDATE SET epoch = $epoch, payload = $payload, expires_at_ms = $expires
        """,
        ("$log", log),
        ("$key", record.Key),
        ("$epoch", epoch),
        ("$payload", record.Payload.ToArray()),
        ("$expires", (object?)record.ExpiresAt?.ToUnixTimeMilliseconds() ?? DBNull.Value));

    private void DropSilent(TimeSpan dropAfter) => database.Execute(
        "DELETE FROM silos WHERE confirmed_at_ms < $before", ("$before", NowMs() - (long)dropAfter.TotalMilliseconds));

    private long NowMs() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
