using System.Collections.Concurrent;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Tests.Replication;

/// <summary>One silo's way to the store, with whatever goes wrong on it.</summary>
internal sealed class FaultyStore(IClusterStore store) : IClusterStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> calls = [];
    private readonly ConcurrentBag<(string Operation, int Count, TaskCompletionSource Reached)> waiters = [];

    /// <summary>Every operation fails with it.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Runs after the store has confirmed and before the silo learns of it.</summary>
    public Func<Task>? BeforeReply { get; set; }

    /// <summary>What the silo is told instead.</summary>
    public Func<Confirmation, Confirmation>? Forge { get; set; }

    /// <summary>The names of all operations, in order.</summary>
    public IReadOnlyList<string> Calls => [.. calls];

    public int Confirmations => Count(nameof(ConfirmAsync));

    /// <summary>Ends when the operation is called for the n-th time. Ask before what makes it happen.</summary>
    public async Task CallsReachAsync(string operation, int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiters.Add((operation, count, reached));
        try
        {
            await reached.Task.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{operation} was called {Count(operation)} times and not {count}.");
        }
    }

    public Task InitializeAsync(CancellationToken cancellationToken) =>
        Call(nameof(InitializeAsync)).InitializeAsync(cancellationToken);

    public Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken) =>
        Call(nameof(RegisterAsync)).RegisterAsync(silo, dropAfter, cancellationToken);

    public async Task<Confirmation> ConfirmAsync(
        string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken)
    {
        var confirmation = await Call(nameof(ConfirmAsync)).ConfirmAsync(silo, applied, dropAfter, cancellationToken);
        if (BeforeReply is { } wait)
        {
            await wait();
        }

        return Forge?.Invoke(confirmation) ?? confirmation;
    }

    public Task HoldAsync(Guid incarnation, CancellationToken cancellationToken) => Call(nameof(HoldAsync)).HoldAsync(incarnation, cancellationToken);

    public Task DeregisterAsync(string silo, CancellationToken cancellationToken) =>
        Call(nameof(DeregisterAsync)).DeregisterAsync(silo, cancellationToken);

    public Task<AppendResult> AppendAsync(
        string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken) =>
        Call(nameof(AppendAsync)).AppendAsync(log, expected, records, cancellationToken);

    public Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken) =>
        Call(nameof(TrySpendAsync)).TrySpendAsync(kind, id, until, cancellationToken);

    public Task PutAsync(string kind, string id, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        Call(nameof(PutAsync)).PutAsync(kind, id, value, until, cancellationToken);

    public Task<bool> TryReplaceAsync(
        string kind, string id, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        Call(nameof(TryReplaceAsync)).TryReplaceAsync(kind, id, expected, value, until, cancellationToken);

    public Task<ReadOnlyMemory<byte>?> GetAsync(string kind, string id, CancellationToken cancellationToken) =>
        Call(nameof(GetAsync)).GetAsync(kind, id, cancellationToken);

    private IClusterStore Call(string operation)
    {
        calls.Enqueue(operation);
        foreach (var waiter in waiters.Where(waiter => waiter.Operation == operation && waiter.Count <= Count(operation)))
        {
            waiter.Reached.TrySetResult();
        }

        return Failure is null ? store : throw Failure;
    }

    private int Count(string operation) => calls.Count(call => call == operation);
}
