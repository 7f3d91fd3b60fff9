using Microsoft.Data.Sqlite;

namespace ExchangeCluster.Silo.Stores;

/// <summary>Opens the database file: ours alone, private to its user, durable, of a known schema.</summary>
internal static class SqliteFile
{
    public const string Name = "state.db";

    private const long SchemaVersion = 1;

    /// <summary>Tells our files from other SQLite files: "XchC" in ASCII.</summary>
    private const long ApplicationId = 0x58636843;

    /// <summary>Enough for the indices of some 100,000 things spent: by default pages would be read back all the time.</summary>
    private const int CacheKilobytes = 16 * 1024;

    private const string Schema = """
        CREATE TABLE logs (name TEXT PRIMARY KEY, incarnation TEXT NOT NULL, epoch INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE records (log TEXT NOT NULL, key TEXT NOT NULL, epoch INTEGER NOT NULL, payload BLOB NOT NULL,
            expires_at_ms INTEGER, PRIMARY KEY (log, key)) WITHOUT ROWID;
        CREATE UNIQUE INDEX records_by_epoch ON records (log, epoch);
        CREATE INDEX records_by_time ON records (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
        CREATE TABLE silos (id TEXT PRIMARY KEY, confirmed_at_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE spent (kind TEXT NOT NULL, id TEXT NOT NULL, until_ms INTEGER NOT NULL, UNIQUE (kind, id));
        CREATE INDEX spent_by_time ON spent (until_ms);
        PRAGMA application_id = 0x58636843;
        PRAGMA user_version = 1;
        """;

    /// <summary>Came after the first schema; a file without them is as good as one with empty ones.</summary>
    private const string LaterTables = """
        CREATE TABLE IF NOT EXISTS kept (kind TEXT NOT NULL, id TEXT NOT NULL, value BLOB NOT NULL, until_ms INTEGER NOT NULL,
            UNIQUE (kind, id));
        CREATE INDEX IF NOT EXISTS kept_by_time ON kept (until_ms);
        """;

    /// <exception cref="DataDirectoryException">Another process holds it, it can't be written, or it isn't ours.</exception>
    public static SqliteConnection Open(string directory)
    {
        var path = PrivateFiles.Prepare(directory, Name);
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();

            // The exclusive lock is taken by the first transaction and then held until the process ends.
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL");
            Execute(connection, $"PRAGMA cache_size = -{CacheKilobytes}");
            Execute(connection, "BEGIN EXCLUSIVE");
            PrepareSchema(connection, path);
            Execute(connection, LaterTables);
            Execute(connection, "COMMIT");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Explain(e, directory);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Says which file has which trouble. SQLite's own message is the cause.</summary>
    public static DataDirectoryException Explain(SqliteException e, string directory)
    {
        var path = Path.Combine(directory, Name);
        return new DataDirectoryException(
            e.SqliteErrorCode switch
            {
                SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => $"The data directory {directory} is in use by another process.",
                SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT => $"{path} is damaged or not a database.",
                SQLitePCL.raw.SQLITE_FULL => $"{path} can't be written: the disk is full.",
                var code => $"{path} can't be used (SQLite error {code}).",
            },
            e);
    }

    private static void PrepareSchema(SqliteConnection connection, string path)
    {
        if (Read(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            Execute(connection, Schema);
            return;
        }

        if (Read(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new DataDirectoryException($"{path} is a database of another program.");
        }

        var version = Read(connection, "PRAGMA user_version");
        if (version != SchemaVersion)
        {
            throw new DataDirectoryException($"{path} has schema version {version}; this build knows version {SchemaVersion}.");
        }
    }

    private static long Read(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
