using ExchangeCluster.Grains.Replication;
using Microsoft.Data.Sqlite;

namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// The cluster store of a single process: one SQLite file, held exclusively, every acknowledged write on disk
/// (<c>synchronous=FULL</c>). One operation at a time, each one transaction.
/// </summary>
public sealed class SqliteClusterStore : IClusterStore, IDisposable
{
    private const int PurgeBatch = 100;

    private readonly TimeProvider clock;
    private readonly SqliteConnection connection;
    private readonly SemaphoreSlim turn = new(1, 1);

    private SqliteClusterStore(SqliteConnection connection, TimeProvider clock)
    {
        this.connection = connection;
        this.clock = clock;
    }

    /// <summary>Opens or creates <c>state.db</c> in <paramref name="directory"/>, which gets mode 0700 when it is created here.</summary>
    /// <exception cref="DataDirectoryException">Another process holds it, it can't be written, or it isn't ours.</exception>
    public static SqliteClusterStore Open(string directory, TimeProvider clock) =>
        new(SqliteFile.Open(directory), clock);

    public Task InitializeAsync(CancellationToken cancellationToken) => InTransactionAsync(
        () =>
        {
            // A database that was initialised once and lost its logs is a store that forgot: it stays without them.
            if (Scalar("SELECT count(*) FROM meta WHERE name = 'initialized'") is > 0L)
            {
                return 0;
            }

            foreach (var log in LogNames.All)
            {
                Execute(
                    "INSERT INTO logs (name, incarnation, epoch) VALUES ($log, $incarnation, 0)",
                    ("$log", log), ("$incarnation", NewIncarnation().ToString("N")));
            }

            return Execute("INSERT INTO meta (name, value) VALUES ('initialized', 1)");
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<string, LogHead>> ReadHeadsAsync(CancellationToken cancellationToken) =>
        InTransactionAsync(ReadHeads, cancellationToken);

    public Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken) => InTransactionAsync(
        () =>
        {
            DropSilent(dropAfter);
            return Execute(
                "INSERT INTO silos (id, confirmed_at_ms) VALUES ($silo, $now) ON CONFLICT (id) DO UPDATE SET confirmed_at_ms = $now",
                ("$silo", silo), ("$now", NowMs()));
        },
        cancellationToken);

    public Task<Confirmation> ConfirmAsync(
        string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken) =>
        InTransactionAsync(
            () =>
            {
                DropSilent(dropAfter);
                if (Execute("UPDATE silos SET confirmed_at_ms = $now WHERE id = $silo", ("$silo", silo), ("$now", NowMs())) == 0)
                {
                    return new Confirmation(Registered: false, ReadHeads(), []);
                }

                var heads = ReadHeads();
                LogRecord[] records = [.. heads.SelectMany(log => ReadRecords(log.Key, applied.GetValueOrDefault(log.Key)))];
                return new Confirmation(Registered: true, heads, records);
            },
            cancellationToken);

    public Task DeregisterAsync(string silo, CancellationToken cancellationToken) =>
        InTransactionAsync(() => Execute("DELETE FROM silos WHERE id = $silo", ("$silo", silo)), cancellationToken);

    public Task<AppendResult> AppendAsync(
        string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken) => InTransactionAsync(
        () =>
        {
            var epoch = expected.Epoch + records.Count;
            var moved = Execute(
                "UPDATE logs SET epoch = $epoch WHERE name = $log AND incarnation = $incarnation AND epoch = $expected",
                ("$epoch", epoch), ("$log", log), ("$incarnation", expected.Incarnation.ToString("N")), ("$expected", expected.Epoch));
            if (moved == 0)
            {
                return new AppendResult(Appended: false, expected.Epoch, ReadSilos());
            }

            for (var index = 0; index < records.Count; index++)
            {
                Execute(
                    """
                    INSERT INTO records (log, key, epoch, payload, expires_at_ms) VALUES ($log, $key, $epoch, $payload, $expires)
                    ON CONFLICT (log, key) DO UPDATE SET epoch = $epoch, payload = $payload, expires_at_ms = $expires
                    """,
                    ("$log", log),
                    ("$key", records[index].Key),
                    ("$epoch", expected.Epoch + 1 + index),
                    ("$payload", records[index].Payload.ToArray()),
                    ("$expires", (object?)records[index].ExpiresAt?.ToUnixTimeMilliseconds() ?? DBNull.Value));
            }

            Execute("DELETE FROM records WHERE log = $log AND expires_at_ms <= $now", ("$log", log), ("$now", NowMs()));
            return new AppendResult(Appended: true, epoch, ReadSilos());
        },
        cancellationToken);

    public Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken) => InTransactionAsync(
        () =>
        {
            // Only what has expired goes, a bounded number at a time: a live id is never evicted.
            Execute(
                "DELETE FROM spent WHERE rowid IN (SELECT rowid FROM spent WHERE until_ms <= $now LIMIT $batch)",
                ("$now", NowMs()), ("$batch", PurgeBatch));
            Execute(
                "DELETE FROM spent WHERE kind = $kind AND id = $id AND until_ms <= $now",
                ("$kind", kind), ("$id", id), ("$now", NowMs()));
            return Execute(
                "INSERT INTO spent (kind, id, until_ms) VALUES ($kind, $id, $until) ON CONFLICT (kind, id) DO NOTHING",
                ("$kind", kind), ("$id", id), ("$until", until.ToUnixTimeMilliseconds())) == 1;
        },
        cancellationToken);

    public void Dispose()
    {
        connection.Dispose();
        turn.Dispose();
    }

    private static Guid NewIncarnation() => new(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    private Dictionary<string, LogHead> ReadHeads()
    {
        var heads = new Dictionary<string, LogHead>(StringComparer.Ordinal);
        using var command = Command("SELECT name, incarnation, epoch FROM logs");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            heads[reader.GetString(0)] = new LogHead(Guid.ParseExact(reader.GetString(1), "N"), reader.GetInt64(2));
        }

        return heads;
    }

    private List<LogRecord> ReadRecords(string log, long above)
    {
        var records = new List<LogRecord>();
        using var command = Command(
            "SELECT key, epoch, payload FROM records WHERE log = $log AND epoch > $above ORDER BY epoch", ("$log", log), ("$above", above));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            records.Add(new LogRecord(log, reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        }

        return records;
    }

    private List<string> ReadSilos()
    {
        var silos = new List<string>();
        using var command = Command("SELECT id FROM silos ORDER BY id");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            silos.Add(reader.GetString(0));
        }

        return silos;
    }

    private void DropSilent(TimeSpan dropAfter) =>
        Execute("DELETE FROM silos WHERE confirmed_at_ms < $before", ("$before", NowMs() - (long)dropAfter.TotalMilliseconds));

    private long NowMs() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<T> InTransactionAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            Execute("BEGIN IMMEDIATE");
            try
            {
                var result = work();
                Execute("COMMIT");
                return result;
            }
            catch
            {
                Execute("ROLLBACK");
                throw;
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<IReadOnlyDictionary<string, LogHead>> InTransactionAsync(
        Func<Dictionary<string, LogHead>> work, CancellationToken cancellationToken) =>
        await InTransactionAsync<Dictionary<string, LogHead>>(work, cancellationToken);

    private int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this file; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
