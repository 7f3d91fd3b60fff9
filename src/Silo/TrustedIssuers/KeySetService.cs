using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>
/// Runs the refreshes for as long as the process serves. It begins once the application has started, never before: an
/// issuer may be served by this very process.
/// </summary>
internal sealed class KeySetService(
    KeySetRefresher refresher, IClusterState state, IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>While something is missing, readiness waits for it.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        var running = Task.CompletedTask;
        while (!stoppingToken.IsCancellationRequested)
        {
            // Not awaited here: one slow issuer must not hold up the others.
            running = Task.WhenAll(running, refresher.RefreshDueAsync());
            var hurry = state.Current is null || refresher.MissingKeySets.Count > 0;
            await Task.Delay(hurry ? ShortPause : Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await running;
    }
}
