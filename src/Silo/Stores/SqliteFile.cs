using Microsoft.Data.Sqlite;

namespace ExchangeCluster.Silo.Stores;

/// <summary>Opens the database file: ours alone, private to its user, durable, of a known schema.</summary>
internal static class SqliteFile
{
    public const string Name = "state.db";

    private const long SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE logs (name TEXT PRIMARY KEY, incarnation TEXT NOT NULL, epoch INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE records (log TEXT NOT NULL, key TEXT NOT NULL, epoch INTEGER NOT NULL, payload BLOB NOT NULL,
            expires_at_ms INTEGER, PRIMARY KEY (log, key)) WITHOUT ROWID;
        CREATE UNIQUE INDEX records_by_epoch ON records (log, epoch);
        CREATE TABLE silos (id TEXT PRIMARY KEY, confirmed_at_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE spent (kind TEXT NOT NULL, id TEXT NOT NULL, until_ms INTEGER NOT NULL, UNIQUE (kind, id));
        CREATE INDEX spent_by_time ON spent (until_ms);
        PRAGMA user_version = 1;
        """;

    public static SqliteConnection Open(string directory)
    {
        var path = PrivateFiles.Prepare(directory, Name);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();

            // The exclusive lock is taken by the first transaction and then held until the process ends.
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL");
            Execute(connection, "BEGIN EXCLUSIVE");
            CheckSchema(connection, path);
            Execute(connection, "COMMIT");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new DataDirectoryException(Explain(e, directory), e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string Explain(SqliteException e, string directory) => e.SqliteErrorCode switch
    {
        5 or 6 => $"The data directory {directory} is in use by another process.",
        26 or 11 => $"{Path.Combine(directory, Name)} is damaged or not a database.",
        _ => $"{Path.Combine(directory, Name)} can't be opened (SQLite error {e.SqliteErrorCode}).",
    };

    private static void CheckSchema(SqliteConnection connection, string path)
    {
        using var read = connection.CreateCommand();
        read.CommandText = "PRAGMA user_version";
        switch ((long)read.ExecuteScalar()!)
        {
            case 0:
                Execute(connection, Schema);
                break;
            case SchemaVersion:
                break;
            case var version:
                throw new DataDirectoryException($"{path} has schema version {version}; this build knows version {SchemaVersion}.");
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
