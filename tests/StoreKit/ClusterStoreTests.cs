using System.Text;
using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.StoreKit;

/// <summary>What every cluster store must keep, whatever it is made of. A store inherits the kit and says how to open it.</summary>
public abstract partial class ClusterStoreTests
{
    protected static readonly TimeSpan DropAfter = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, long> Nothing = [];

    protected abstract IClusterStore Store { get; }

    /// <summary>The time by the store's own clock.</summary>
    protected abstract DateTimeOffset Now { get; }

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Lets time pass by the store's own clock.</summary>
    protected abstract Task PassAsync(TimeSpan time);

    /// <summary>Closes the store and opens it again over the same data; <see cref="Store"/> is the new one.</summary>
    protected abstract Task ReopenAsync();

    protected static NewRecord Record(string key, string payload, DateTimeOffset? expiresAt = null) =>
        new(key, Encoding.UTF8.GetBytes(payload), expiresAt);

    /// <summary>Registers a silo of its own and returns what a first confirmation brings, all parts of it in one.</summary>
    protected async Task<Confirmation> LoadAsync(IReadOnlyDictionary<string, long>? applied = null)
    {
        await Store.RegisterAsync("reader", DropAfter, Cancelled);
        var confirmation = await Store.ConfirmAsync("reader", applied ?? Nothing, DropAfter, Cancelled);
        var records = confirmation.Records.ToList();
        var reached = new Dictionary<string, long>(applied ?? Nothing, StringComparer.Ordinal);
        while (confirmation.HasMore)
        {
            Assert.NotEmpty(confirmation.Records);
            foreach (var record in confirmation.Records)
            {
                reached[record.Log] = record.Epoch;
            }

            confirmation = await Store.ConfirmAsync("reader", reached, DropAfter, Cancelled);
            records.AddRange(confirmation.Records);
        }

        await Store.DeregisterAsync("reader", Cancelled);
        return confirmation with { Records = LatestOf(records) };
    }

    /// <summary>A record that was replaced between two parts is in both.</summary>
    private static LogRecord[] LatestOf(IEnumerable<LogRecord> records) =>
        [.. records.GroupBy(record => (record.Log, record.Key), (_, same) => same.MaxBy(record => record.Epoch)!).OrderBy(record => record.Epoch)];

    protected async Task<LogHead> HeadAsync(string log) => (await LoadAsync()).Heads[log];

    protected async Task<AppendResult> AppendAsync(string log, params NewRecord[] records) =>
        await Store.AppendAsync(log, await HeadAsync(log), records, Cancelled);

    /// <summary>The records of one log as <c>key@epoch=payload</c>.</summary>
    protected async Task<string[]> ContentAsync(string log, IReadOnlyDictionary<string, long>? applied = null) =>
        [.. (await LoadAsync(applied)).Records.Where(record => record.Log == log)
            .Select(record => $"{record.Key}@{record.Epoch}={Encoding.UTF8.GetString(record.Payload.Span)}")];
}
