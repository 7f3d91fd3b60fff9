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
    private readonly RecordSealer sealer;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly string silo = "silo:" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private volatile View view = new(null, null, ["The replicated state has not been loaded."]);
    private volatile string? fenced;
    private ReplicatedLogs logs;

    /// <summary>Something is applied that the view doesn't show yet: there was more of it.</summary>
    private bool isAhead;
    private long lastSent;
    private long lastApplied;

    public Replica(
        IClusterStore store, RecordSealer sealer, IOptions<ReplicationOptions> options, TimeProvider clock, ILogger<Replica> logger)
    {
        this.store = store;
        this.options = options.Value;
        this.clock = clock;
        this.logger = logger;
        this.sealer = sealer;
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
                : now.Doubt is { } doubt ? [doubt]
                : ["The store has not confirmed the replicated state within the fence time."];
        }
    }

    /// <summary>How this silo is registered in the store.</summary>
    internal string Silo => silo;

    /// <summary>Fenced, but not for good: see <see cref="TryBeginAgainAsync"/>.</summary>
    internal bool StoreForgot { get; private set; }

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
                await CatchUpAsync_NeedsTurn(cancellationToken);
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

    /// <summary>
    /// Once its operator has begun a store that forgot anew: writes back what this silo knows and the store has lost, and goes on.
    /// Before that, sees to it that nobody else answers. Only when <see cref="StoreForgot"/>.
    /// </summary>
    internal async Task TryBeginAgainAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var (confirmation, lease) = await ConfirmAsync(logs.Applied, cancellationToken);
            if (!logs.AreBegunAnewIn(confirmation))
            {
                if (!confirmation.IsHeld && confirmation.Heads.TryGetValue(LogNames.Revocations, out var head))
                {
                    // Whoever starts now can't see what is missing.
                    await store.HoldAsync(head.Incarnation, cancellationToken);
                }

                return;
            }

            var found = new ReplicatedLogs(sealer, clock);
            (confirmation, lease) = await ApplyConfirmationAsync(found, part => found.Apply(part), cancellationToken);
            while (LostRecords.Next(logs, found) is var (log, records))
            {
                // When another was faster, what it wrote may be what was missing here.
                await store.AppendAsync(log, found.Head(log), sealer.Seal(log, found.Head(log), records), cancellationToken);
                (confirmation, lease) = await ApplyConfirmationAsync(found, part => found.Apply(part), cancellationToken);
            }

            (logs, isAhead, StoreForgot) = (found, false, false);
            Publish(confirmation, lease);
            fenced = null;
            LogWarningBegunAgain();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task CatchUpAsync_NeedsTurn(CancellationToken cancellationToken)
    {
        var (confirmation, lease) = await ApplyConfirmationAsync(logs, ApplyOrFence, cancellationToken);
        if (isAhead || view.Snapshot is null)
        {
            OrFence(() => Publish(confirmation, lease));
            isAhead = false;
        }
        else
        {
            Renew(confirmation, lease);
        }
    }

    private void ApplyOrFence(Confirmation part) => OrFence(() => isAhead |= logs.Apply(part));

    private void OrFence(Action apply)
    {
        try
        {
            apply();
        }
        catch (Exception e)
        {
            // Whatever the reason: half of a confirmation may be applied, and the rest never will.
            StoreForgot = e is StoreForgotException;
            fenced = e is FencedException ? e.Message : $"The replicated state could not be applied ({e.GetType().Name}).";
            LogCriticalFenced(fenced);
            throw new FencedException(fenced);
        }
    }

    /// <summary>
    /// Asks for what is missing in <paramref name="state"/> and applies it. Of many parts each is applied while the next is on its way, so that
    /// there are never more than two, and the processors open records while the store reads others.
    /// </summary>
    /// <returns>The last part, which names everything that is applied now.</returns>
    private async Task<(Confirmation Confirmation, Lease Lease)> ApplyConfirmationAsync(
        ReplicatedLogs state, Action<Confirmation> apply, CancellationToken cancellationToken)
    {
        var (part, lease) = await ConfirmAsync(state.Applied, cancellationToken);
        while (part.HasMore)
        {
            var next = ConfirmAsync(state.AppliedAfter(part), cancellationToken);
            try
            {
                apply(part);
            }
            catch
            {
                // None may be on its way when the turn is over: after a deregistration it would register again.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            (part, lease) = await next;
        }

        apply(part);
        return (part, lease);
    }

    /// <summary>Asks for what comes after <paramref name="applied"/>. The lease begins when it is sent.</summary>
    private async Task<(Confirmation Confirmation, Lease Lease)> ConfirmAsync(
        IReadOnlyDictionary<string, long> applied, CancellationToken cancellationToken)
    {
        var lease = Lease.BeginningNow(clock, options.Fence);
        var confirmation = await store.ConfirmAsync(silo, applied, options.DropAfter, cancellationToken);
        if (!confirmation.Registered)
        {
            // Dropped while we were away: writers no longer wait for us, so nothing we hold may be answered from.
            view = view with { Lease = null };
            LogWarningDropped();
            await store.RegisterAsync(silo, options.DropAfter, cancellationToken);
            lease = Lease.BeginningNow(clock, options.Fence);
            confirmation = await store.ConfirmAsync(silo, applied, options.DropAfter, cancellationToken);
            if (!confirmation.Registered)
            {
                throw new InvalidOperationException("The store dropped a registration that it had just taken.");
            }
        }

        return (confirmation, lease);
    }

    private void Publish(Confirmation confirmation, Lease lease)
    {
        var doubt = DoubtOf(confirmation, lease);
        view = new View(logs.TakeSnapshot(out var missing), doubt is null ? lease : null, missing, doubt);
    }

    private void Renew(Confirmation confirmation, Lease lease)
    {
        var doubt = DoubtOf(confirmation, lease);
        view = view with { Lease = doubt is null ? lease : null, Doubt = doubt };
    }

    /// <summary>Why what was confirmed may not be answered from; null when it may.</summary>
    private string? DoubtOf(Confirmation confirmation, Lease lease)
    {
        // The store's time lies between sending and now. Who is further off than token times are forgiven for would accept what others refuse.
        var doubt = confirmation.At - clock.GetUtcNow() > MaxClockDifference || lease.SentAt - confirmation.At > MaxClockDifference
            ? $"This silo's clock and the store's differ by more than {MaxClockDifference.TotalSeconds:0} s."
            : confirmation.IsHeld ? "The store has forgotten something: silos that know it write it back once the operator has begun it anew."
            : null;
        if (doubt is not null && doubt != view.Doubt)
        {
            LogErrorDoubt(doubt);
        }

        return doubt;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store was begun anew; this silo has written back what it knows and goes on")]
    private partial void LogWarningBegunAgain();

    [LoggerMessage(Level = LogLevel.Error, Message = "This silo doesn't answer for now: {Doubt}")]
    private partial void LogErrorDoubt(string doubt);

    [LoggerMessage(Level = LogLevel.Critical, Message = "This silo no longer answers: {Reason}")]
    private partial void LogCriticalFenced(string reason);

    private sealed record View(ClusterSnapshot? Snapshot, Lease? Lease, IReadOnlyList<string> Missing, string? Doubt = null);
}
