using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// One open database, which one thread works on. All that waits is committed in the same transaction, so that the disk is waited for once;
/// nothing waits for company.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>The most pieces of work in one transaction: a bound on how long the first of them waits.</summary>
    private const int MaxBatch = 128;

    private readonly SqliteConnection connection;
    private readonly string directory;
    private readonly BlockingCollection<SqliteWork> waiting = [];
    private readonly Thread thread;

    /// <summary>By text: SQLite takes longer to compile a statement than to run it.</summary>
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

    private SqliteTransaction? current;
    private bool closed;

    /// <param name="connection">Open, and from here on ours.</param>
    /// <param name="directory">For what is told of failures.</param>
    public SqliteDatabase(SqliteConnection connection, string directory)
    {
        (this.connection, this.directory) = (connection, directory);

        // Not one of the pool: it waits for the disk, and while it does the pool would have one less.
        thread = new Thread(RunWhatComes) { Name = "SQLite", IsBackground = true };
        thread.Start();
    }

    /// <summary>
    /// Runs <paramref name="work"/> in an <c>IMMEDIATE</c> transaction; on disk when this returns, undone when it throws. It may be run
    /// again after having been undone.
    /// </summary>
    /// <exception cref="DataDirectoryException">The file can't be read or written.</exception>
    /// <exception cref="ObjectDisposedException">The process stops.</exception>
    public async Task<T> InTransactionAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = new SqliteWork<T>(work);
        try
        {
            waiting.Add(mine, CancellationToken.None);
        }
        catch (InvalidOperationException exception)
        {
            throw new ObjectDisposedException("The store is closed.", exception);
        }

        // Once somebody runs it, its outcome is what counts.
        await using var givenUp = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var work = (SqliteWork<T>)state!;
                if (work.TryTake())
                {
                    work.GiveUp(token);
                }
            },
            mine);
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

    /// <summary>Finishes what waits; releases the lock on the file.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref closed, true))
        {
            return;
        }

        waiting.CompleteAdding();
        thread.Join();
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
        waiting.Dispose();
    }

    private void RunWhatComes()
    {
        var batch = new List<SqliteWork>(MaxBatch);
        foreach (var first in waiting.GetConsumingEnumerable())
        {
            var next = first;
            do
            {
                if (next.TryTake())
                {
                    batch.Add(next);
                }
            }
            while (batch.Count < MaxBatch && waiting.TryTake(out next));

            Run(batch);
            batch.Clear();
        }
    }

    private void Run(List<SqliteWork> batch)
    {
        // One that fails takes nothing down but itself.
        if (!TryRun(batch, out var failure))
        {
            foreach (var work in batch)
            {
                if (batch.Count > 1 && TryRun([work], out failure))
                {
                    continue;
                }

                work.Fail(failure!);
            }
        }
    }

    private bool TryRun(List<SqliteWork> batch, out Exception? failure)
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
