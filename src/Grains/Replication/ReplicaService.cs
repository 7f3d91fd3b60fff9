using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Grains.Replication;

/// <summary>Loads the replica before anything answers, and confirms until the silo stops or is fenced.</summary>
internal sealed partial class ReplicaService(
    Replica replica, IOptions<ReplicationOptions> options, TimeProvider clock, ILogger<ReplicaService> logger) : BackgroundService
{
    /// <summary>Ten seconds at the usual pace: a store that is busy, or is being restarted. Who starts this silo knows what to do after that.</summary>
    private const int StartAttempts = 20;

    private readonly PeriodicTimer timer = new(options.Value.ConfirmEvery, clock);
    private bool isFailing;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartReplicaAsync(cancellationToken);
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

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    /// <summary>Nothing has been answered yet: it may begin from the beginning.</summary>
    private async Task StartReplicaAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await replica.StartAsync(cancellationToken);
                Report(failure: null);
                return;
            }
            catch (Exception e) when (e is not FencedException && attempt < StartAttempts && !cancellationToken.IsCancellationRequested)
            {
                Report(e);
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => ConfirmUntilAsync(stoppingToken);

    /// <summary>Ends when the silo stops, or is fenced for good; a store that forgot may be begun anew.</summary>
    internal async Task ConfirmUntilAsync(CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await (replica.StoreForgot ? replica.TryBeginAgainAsync(stoppingToken) : replica.CatchUpAsync(stoppingToken));
                Report(failure: null);
            }
            catch (FencedException)
            {
                // The replica has said why.
                if (!replica.StoreForgot)
                {
                    return;
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The lease simply runs out; the next confirmation brings it back.
                Report(e);
            }
        }
    }

    /// <summary>Once when it begins and once when it ends, not twice a second.</summary>
    private void Report(Exception? failure)
    {
        if (failure is not null && !isFailing)
        {
            LogErrorConfirmationFailed(failure);
        }
        else if (failure is null && isFailing)
        {
            LogInformationConfirmedAgain();
        }

        isFailing = failure is not null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store does not confirm the replicated state; trying again")]
    private partial void LogErrorConfirmationFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The store confirms the replicated state again")]
    private partial void LogInformationConfirmedAgain();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo could not be deregistered; the store will drop it")]
    private partial void LogWarningDeregistrationFailed(Exception exception);
}
