using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// One open database: one piece of work at a time. Whoever comes first commits what has come meanwhile in the same transaction, so that
/// the disk is waited for once; nothing waits for company.
/// </summary>
internal sealed class SqliteDatabase(SqliteConnection connection, string directory) : IDisposable
{
    /// <summary>The most pieces of work in one transaction: a bound on how long the first of them waits.</summary>
    private const int MaxBatch = 128;

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentQueue<SqliteWork> waiting = new();

    /// <summary>By text: SQLite takes longer to compile a statement than to run it.</summary>
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

    private SqliteTransaction? current;

    /// <summary>
    /// Runs <paramref name="work"/> in an <c>IMMEDIATE</c> transaction; on disk when this returns, undone when it throws. It may be run
    /// again after having been undone.
    /// </summary>
    /// <exception cref="DataDirectoryException">The file can't be read or written.</exception>
    public async Task<T> InTransactionAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var mine = new SqliteWork<T>(work);
        waiting.Enqueue(mine);
        try
        {
            await turn.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (mine.TryTake())
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            // Somebody runs it already: its outcome is what counts.
            return await mine.Outcome;
        }

        try
        {
            while (!mine.Outcome.IsCompleted)
            {
                RunWaiting_NeedsTurn();
            }
        }
        finally
        {
            turn.Release();
        }

        return await mine.Outcome;
    }

    /// <summary>Rows changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        return Command(sql, parameters).ExecuteNonQuery();
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var rows = new List<T>();
        using var reader = Command(sql, parameters).ExecuteReader();
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
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();

        // Not disposed itself: whoever still comes finds a closed connection instead of waiting for ever.
        turn.Release();
    }

    private void RunWaiting_NeedsTurn()
    {
        var batch = new List<SqliteWork>();
        while (batch.Count < MaxBatch && waiting.TryDequeue(out var next))
        {
            if (next.TryTake())
            {
                batch.Add(next);
            }
        }

        // One that fails takes nothing down but itself.
        if (!TryRun_NeedsTurn(batch, out var failure))
        {
            foreach (var work in batch)
            {
                if (batch.Count > 1 && TryRun_NeedsTurn([work], out failure))
                {
                    continue;
                }

                work.Fail(failure!);
            }
        }
    }

    private bool TryRun_NeedsTurn(List<SqliteWork> batch, out Exception? failure)
    {
        try
        {
            using (current = connection.BeginTransaction(deferred: false))
            {
                batch.ForEach(work => work.Run());
                current.Commit();
            }
        }
        catch (Exception e)
        {
            failure = e is SqliteException sqlite ? SqliteFile.Explain(sqlite, directory) : e;
            return false;
        }
        finally
        {
            current = null;
        }

        failure = null;
        batch.ForEach(work => work.Succeed());
        return true;
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            commands[sql] = command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this folder; values are parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
        }

        command.Transaction = current;
        command.Parameters.Clear();
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
