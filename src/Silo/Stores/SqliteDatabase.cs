using Microsoft.Data.Sqlite;

namespace ExchangeCluster.Silo.Stores;

/// <summary>One open database: one piece of work at a time, each in a transaction of its own.</summary>
internal sealed class SqliteDatabase(SqliteConnection connection, string directory) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Runs <paramref name="work"/> in an <c>IMMEDIATE</c> transaction; on disk when this returns, undone when it throws.</summary>
    /// <exception cref="DataDirectoryException">The file can't be read or written.</exception>
    public async Task<T> InTransactionAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            var result = work();
            transaction.Commit();
            return result;
        }
        catch (SqliteException e)
        {
            throw SqliteFile.Explain(e, directory);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var rows = new List<T>();
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Waits for the work in hand; releases the lock on the file.</summary>
    public void Dispose()
    {
        turn.Wait();
        connection.Dispose();
        turn.Dispose();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this folder; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
