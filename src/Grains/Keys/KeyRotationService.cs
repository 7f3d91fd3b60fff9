using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Keys;

/// <summary>Makes the first keys before anything answers, and afterwards appends what the rotation calls for.</summary>
internal sealed partial class KeyRotationService(LogWriter writer, TimeProvider clock, ILogger<KeyRotationService> logger) : BackgroundService
{
    /// <summary>Far below the shortest rotation interval.</summary>
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(10);

    private readonly KeyRotationSettings settings = new();
    private readonly PeriodicTimer timer = new(CheckEvery, clock);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RotateAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RotateAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogErrorRotationFailed(e);
            }
        }
    }

    private async Task RotateAsync(CancellationToken cancellationToken)
    {
        var appended = await writer.AppendAsync(
            LogNames.Keys,
            logs => [.. KeyRotation.Plan(logs.Keys.KeyRing, clock.GetUtcNow(), settings)
                .Select(record => new PlainRecord(record.LogKey, record.Encode()))],
            cancellationToken);
        if (appended is not null)
        {
            LogInformationRotated();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Signing keys were made or retired")]
    private partial void LogInformationRotated();

    [LoggerMessage(Level = LogLevel.Error, Message = "Signing keys could not be rotated; trying again")]
    private partial void LogErrorRotationFailed(Exception exception);
}
