using ExchangeCluster.Grains.Replication;
using ExchangeCluster.StoreKit;

namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>The store as one silo reaches it: over a link.</summary>
internal sealed class SimStore(StoreServer server, Link link, TimeProvider clock) : IClusterStore
{
    /// <summary>When the last confirmation came back, on the silo's monotonic clock.</summary>
    public long LastConfirmed { get; private set; }

    public Task InitializeAsync(CancellationToken cancellationToken) => throw new NotSupportedException("Operators do that.");

    public Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken) =>
        Call(store => store.RegisterAsync(silo, dropAfter, cancellationToken));

    public async Task<Confirmation> ConfirmAsync(
        string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken)
    {
        var confirmation = await link.CallAsync(() => server.Data.ConfirmAsync(silo, applied, dropAfter, cancellationToken));
        LastConfirmed = clock.GetTimestamp();
        return confirmation;
    }

    public Task HoldAsync(Guid incarnation, CancellationToken cancellationToken) => Call(store => store.HoldAsync(incarnation, cancellationToken));

    public Task DeregisterAsync(string silo, CancellationToken cancellationToken) =>
        Call(store => store.DeregisterAsync(silo, cancellationToken));

    public Task<AppendResult> AppendAsync(
        string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken) =>
        link.CallAsync(() => server.Data.AppendAsync(log, expected, records, cancellationToken));

    public Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken) =>
        link.CallAsync(() => server.Data.TrySpendAsync(kind, id, until, cancellationToken));

    public Task PutAsync(string kind, string id, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        Call(store => store.PutAsync(kind, id, value, until, cancellationToken));

    public Task<bool> TryReplaceAsync(
        string kind, string id, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        link.CallAsync(() => server.Data.TryReplaceAsync(kind, id, expected, value, until, cancellationToken));

    public Task<ReadOnlyMemory<byte>?> GetAsync(string kind, string id, CancellationToken cancellationToken) =>
        link.CallAsync(() => server.Data.GetAsync(kind, id, cancellationToken));

    private Task Call(Func<InMemoryClusterStore, Task> operation) => link.CallAsync(async () =>
    {
        await operation(server.Data);
        return true;
    });
}

/// <summary>The store itself: a process, and what it remembers.</summary>
internal sealed class StoreServer(World world, Func<TimeProvider, InMemoryClusterStore> open)
{
    private InMemoryClusterStore? data;

    public SimProcess Process { get; } = new(world);

    public InMemoryClusterStore Data => data ??= open(Process.Clock);
}
