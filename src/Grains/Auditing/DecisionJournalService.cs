using Microsoft.Extensions.Hosting;

namespace ExchangeCluster.Grains.Auditing;

/// <summary>Empties the journal while the silo runs, and once more at the end.</summary>
internal sealed class DecisionJournalService(DecisionJournal journal, TimeProvider time) : BackgroundService
{
    /// <summary>
    /// A decision is told at most so much later. Until then it holds the whole of its request; were that longer than the collector's youngest
    /// generation lasts under load, all of it would move to the older ones.
    /// </summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>The same after a while without any.</summary>
    public static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(250);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        journal.Drain();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(IdleInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                timer.Period = journal.Drain() > 0 ? Interval : IdleInterval;
            }
        }
        catch (OperationCanceledException)
        {
            // StopAsync drains what is left.
        }
    }
}
