namespace ExchangeCluster.Silo.Stores;

/// <summary>A piece of work that waits for its transaction.</summary>
internal abstract class SqliteWork
{
    private int taken;

    /// <summary>True once: for whoever runs it, or gives it up.</summary>
    public bool TryTake() => Interlocked.Exchange(ref taken, 1) == 0;

    /// <summary>Within a transaction, and perhaps again within another.</summary>
    public abstract void Run();

    /// <summary>The transaction is on disk.</summary>
    public abstract void Succeed();

    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class SqliteWork<T>(Func<T> work) : SqliteWork
{
    private readonly TaskCompletionSource<T> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Outcome => outcome.Task;

    public override void Run() => result = work();

    public override void Succeed() => outcome.SetResult(result);

    /// <summary>Instead of running it.</summary>
    public void GiveUp(CancellationToken cancellationToken) => outcome.SetCanceled(cancellationToken);

    public override void Fail(Exception exception) => outcome.SetException(exception);
}
