namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// Appends to a log by compare-and-set: what to write is decided on the state as applied here, and decided again when another
/// writer was faster.
/// </summary>
internal sealed class LogWriter(IClusterStore store, Replica replica, RecordSealer sealer)
{
    private const int MaxAttempts = 10;

    /// <param name="log">One of <see cref="LogNames"/>.</param>
    /// <param name="decide">Which records the applied state calls for; empty: none.</param>
    /// <param name="cancellationToken">Ends the wait. An append that was sent may still have happened.</param>
    /// <returns>What was appended, and is applied here; null when nothing was to be.</returns>
    /// <exception cref="TimeoutException">Other writers were always faster.</exception>
    /// <exception cref="FencedException">This silo doesn't know the state; what was appended before it learned so stays.</exception>
    public Task<AppendResult?> AppendAsync(
        string log, Func<ReplicatedLogs, IReadOnlyList<PlainRecord>> decide, CancellationToken cancellationToken) =>
        AppendAsync(log, decide, confirmsNothing: false, cancellationToken);

    /// <summary>
    /// The same; when nothing is to be appended, the store says that the log still stands where that was decided, and who is registered.
    /// </summary>
    /// <returns>Never null.</returns>
    public Task<AppendResult?> AppendOrConfirmAsync(
        string log, Func<ReplicatedLogs, IReadOnlyList<PlainRecord>> decide, CancellationToken cancellationToken) =>
        AppendAsync(log, decide, confirmsNothing: true, cancellationToken);

    private async Task<AppendResult?> AppendAsync(
        string log, Func<ReplicatedLogs, IReadOnlyList<PlainRecord>> decide, bool confirmsNothing, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (head, records) = await replica.ReadAsync(logs => (logs.Head(log), decide(logs)), cancellationToken);
            if (records.Count == 0 && !confirmsNothing)
            {
                return null;
            }

            var result = await store.AppendAsync(log, head, sealer.Seal(log, head, records), cancellationToken);
            await replica.CatchUpAsync(cancellationToken);
            if (result.Appended)
            {
                return result;
            }
        }

        throw new TimeoutException($"The log '{log}' has too many writers.");
    }
}

/// <summary>A record before it is sealed.</summary>
internal sealed record PlainRecord(string Key, byte[] Payload, DateTimeOffset? ExpiresAt = null)
{
    public override string ToString() => $"PlainRecord({Key})";
}
