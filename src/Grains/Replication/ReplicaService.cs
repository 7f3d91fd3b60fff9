using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Grains.Replication;

/// <summary>Loads the replica before anything answers, and confirms for as long as the process runs.</summary>
internal sealed partial class ReplicaService(
    Replica replica, IOptions<ReplicationOptions> options, TimeProvider clock, ILogger<ReplicaService> logger) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await replica.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await replica.StopAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogWarningDeregistrationFailed(e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ConfirmEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await replica.CatchUpAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The lease simply runs out; the next confirmation brings it back.
                LogErrorConfirmationFailed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store did not confirm the replicated state")]
    private partial void LogErrorConfirmationFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo could not be deregistered; the store will drop it")]
    private partial void LogWarningDeregistrationFailed(Exception exception);
}
