using System.Security.Cryptography;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// This silo's copy of the replicated state. It registers before its first load, answers only under a <see cref="Lease"/>,
/// and applies what every confirmation names before it renews the lease. The store is the truth; Orleans membership decides
/// nothing here.
/// </summary>
public sealed partial class Replica : IClusterState, IDisposable
{
    private static readonly TimeSpan MaxClockDifference = SubjectTokenValidator.ClockSkew;

    private readonly IClusterStore store;
    private readonly ReplicationOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<Replica> logger;
    private readonly ReplicatedLogs logs;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly string silo = "silo:" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private volatile View view = new(null, null, ["The replicated state has not been loaded."]);
    private volatile string? fenced;
    private long lastSent;
    private long lastApplied;

    public Replica(
        IClusterStore store, RecordSealer sealer, IOptions<ReplicationOptions> options, TimeProvider clock, ILogger<Replica> logger)
    {
        this.store = store;
        this.options = options.Value;
        this.clock = clock;
        this.logger = logger;
        logs = new ReplicatedLogs(sealer, clock);
    }

    public ClusterSnapshot? Current
    {
        get
        {
            var now = view;
            return fenced is null && now.Lease is { IsHeld: true } ? now.Snapshot : null;
        }
    }

    public IReadOnlyList<string> NotReadyReasons
    {
        get
        {
            var now = view;
            return fenced is { } reason ? [reason]
                : now.Snapshot is null ? now.Missing
                : now.Lease is { IsHeld: true } ? []
                : now.ClockIsWrong ? ["This silo's clock and the store's differ by more than can be forgiven."]
                : ["The store has not confirmed the replicated state within the fence time."];
        }
    }

    /// <summary>How this silo is registered in the store.</summary>
    internal string Silo => silo;

    public bool IsCurrent(StateVersions versions) => Current?.Versions == versions;

    /// <summary>Registers this silo and loads everything; the logs must exist.</summary>
    /// <exception cref="FencedException">The store can't be loaded from.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.InitializeStore)
        {
            await store.InitializeAsync(cancellationToken);
        }

        await store.RegisterAsync(silo, options.DropAfter, cancellationToken);
        await CatchUpAsync(cancellationToken);
    }

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var sentBefore = Volatile.Read(ref lastSent);
        await turn.WaitAsync(cancellationToken);
        try
        {
            ThrowIfFenced();

            // Many may wait at once; a confirmation that was sent after they came serves them all.
            if (lastApplied <= sentBefore)
            {
                var number = lastSent + 1;
                Volatile.Write(ref lastSent, number);
                await ConfirmAsync_NeedsTurn(cancellationToken);
                lastApplied = number;
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Stops answering, then tells the store, so that no writer waits for this silo.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        fenced ??= "The silo is stopping.";

        // A confirmation in hand would register again.
        await turn.WaitAsync(cancellationToken);
        try
        {
            await store.DeregisterAsync(silo, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    /// <summary>What a writer wants to know of the state as applied here.</summary>
    /// <exception cref="FencedException">This silo's state may not be relied on.</exception>
    internal async Task<T> ReadAsync<T>(Func<ReplicatedLogs, T> read, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            ThrowIfFenced();
            return read(logs);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ConfirmAsync_NeedsTurn(CancellationToken cancellationToken)
    {
        var lease = Lease.BeginningNow(clock, options.Fence);
        var confirmation = await store.ConfirmAsync(silo, logs.Applied, options.DropAfter, cancellationToken);
        if (!confirmation.Registered)
        {
            // Dropped while we were away: writers no longer wait for us, so nothing we hold may be answered from.
            view = view with { Lease = null };
            LogWarningDropped();
            await store.RegisterAsync(silo, options.DropAfter, cancellationToken);
            lease = Lease.BeginningNow(clock, options.Fence);
            confirmation = await store.ConfirmAsync(silo, logs.Applied, options.DropAfter, cancellationToken);
            if (!confirmation.Registered)
            {
                throw new InvalidOperationException("The store dropped a registration that it had just taken.");
            }
        }

        try
        {
            Apply(confirmation, IsClockRight(lease, confirmation) ? lease : null);
        }
        catch (Exception e)
        {
            // Whatever the reason: half of a confirmation may be applied, and the rest never will.
            fenced = e is FencedException ? e.Message : $"The replicated state could not be applied ({e.GetType().Name}).";
            LogCriticalFenced(fenced);
            throw new FencedException(fenced);
        }
    }

    /// <summary>
    /// The store's time lies between sending and now. Who is further off than token times are forgiven for would accept what
    /// others refuse.
    /// </summary>
    private bool IsClockRight(Lease lease, Confirmation confirmation)
    {
        var isRight = confirmation.At - clock.GetUtcNow() <= MaxClockDifference && lease.SentAt - confirmation.At <= MaxClockDifference;
        if (!isRight && !view.ClockIsWrong)
        {
            LogErrorClockIsWrong(MaxClockDifference);
        }

        return isRight;
    }

    private void Apply(Confirmation confirmation, Lease? lease)
    {
        if (logs.Apply(confirmation) || view.Snapshot is null)
        {
            var snapshot = logs.TakeSnapshot(out var missing);
            view = new View(snapshot, lease, missing, ClockIsWrong: lease is null);
        }
        else
        {
            view = view with { Lease = lease, ClockIsWrong = lease is null };
        }
    }

    private void ThrowIfFenced()
    {
        if (fenced is { } reason)
        {
            throw new FencedException(reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store had dropped this silo's registration; registering again")]
    private partial void LogWarningDropped();

    [LoggerMessage(Level = LogLevel.Error, Message = "This silo's clock and the store's differ by more than {Max}; not answering until they agree")]
    private partial void LogErrorClockIsWrong(TimeSpan max);

    [LoggerMessage(Level = LogLevel.Critical, Message = "This silo no longer answers: {Reason}")]
    private partial void LogCriticalFenced(string reason);

    private sealed record View(ClusterSnapshot? Snapshot, Lease? Lease, IReadOnlyList<string> Missing, bool ClockIsWrong = false);
}
