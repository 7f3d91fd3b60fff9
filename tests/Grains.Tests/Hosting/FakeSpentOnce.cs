using System.Collections.Concurrent;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>The cluster's memory of what was spent, in this process.</summary>
internal sealed class FakeSpentOnce : ISpentOnce
{
    private readonly ConcurrentDictionary<(string Kind, string Owner, string Id), DateTimeOffset> spent = [];

    /// <summary>What every call meets instead.</summary>
    public Exception? Failure { get; set; }

    public Task<bool> TrySpendAsync(
        string kind, string owner, string id, DateTimeOffset until, CancellationToken cancellationToken) =>
        Failure is null ? Task.FromResult(spent.TryAdd((kind, owner, id), until)) : throw Failure;
}
