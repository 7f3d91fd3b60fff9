using ExchangeCluster.Silo.Stores;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Stores;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly SqliteConnection connection = new("Data Source=:memory:");
    private readonly SqliteDatabase database;

    public SqliteDatabaseTests()
    {
        connection.Open();
        database = new SqliteDatabase(connection, "nowhere");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task Undoes_the_piece_of_work_that_fails_and_no_other()
    {
        await database.InTransactionAsync(() => database.Execute("CREATE TABLE t (n INTEGER)"), Cancelled);

        // The first holds the turn until all the others wait.
        using var allWait = new ManualResetEventSlim();
        var first = Task.Run(() => InsertAsync(0, () => allWait.Wait(Cancelled)), Cancelled);
        var others = Enumerable.Range(1, 9)
            .Select(i => InsertAsync(i, () => { if (i == 5) { throw new InvalidDataException(); } }))
            .ToList();
        allWait.Set();

        await first;
        for (var i = 1; i <= 9; i++)
        {
            if (i == 5)
            {
                await Assert.ThrowsAsync<InvalidDataException>(() => others[i - 1]);
            }
            else
            {
                Assert.Equal(1, await others[i - 1]);
            }
        }

        var kept = await database.InTransactionAsync(() => database.Query("SELECT n FROM t ORDER BY n", row => row.GetInt32(0)), Cancelled);
        Assert.Equal([0, 1, 2, 3, 4, 6, 7, 8, 9], kept);
    }

    [Fact]
    public async Task Does_nothing_of_what_was_given_up_while_it_waited()
    {
        await database.InTransactionAsync(() => database.Execute("CREATE TABLE t (n INTEGER)"), Cancelled);
        using var given = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        using var up = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var first = Task.Run(
            () => InsertAsync(
                0,
                () =>
                {
                    started.Set();
                    given.Wait(Cancelled);
                }),
            Cancelled);
        started.Wait(Cancelled);
        var second = database.InTransactionAsync(() => database.Execute("INSERT INTO t VALUES (1)"), up.Token);
        await up.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        given.Set();
        await first;
        Assert.Equal([0], await database.InTransactionAsync(() => database.Query("SELECT n FROM t", row => row.GetInt32(0)), Cancelled));
    }

    private Task<int> InsertAsync(int number, Action then) => database.InTransactionAsync(
        () =>
        {
            var rows = database.Execute("INSERT INTO t VALUES ($n)", ("$n", number));
            then();
            return rows;
        },
        Cancelled);
}
