using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Hosting;

namespace ExchangeCluster.Silo.Configuration;

/// <summary>
/// Publishes the policy file at start and whenever its content changes. A broken file stops the start with every
/// mistake listed; a broken change keeps the last good policy and says so in the log.
/// </summary>
internal sealed partial class PolicyFileService(
    SiloSettings settings, IPolicyPublisher publisher, TimeProvider time, ILogger<PolicyFileService> logger) : BackgroundService
{
    /// <summary>How often the file is looked at: notifications of file systems get lost on network and container mounts.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly string path = settings.PolicyFile ?? throw new InvalidOperationException("There is no policy file.");
    private readonly PeriodicTimer timer = new(PollInterval, time);
    private string? published;
    private string? lastProblem;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        PolicyFile file;
        try
        {
            file = await PolicyFile.ReadAsync(path, cancellationToken);
        }
        catch (Exception exception) when (PolicyFile.IsReadFailure(exception))
        {
            throw new StartupRefusedException(
                ExitCodes.WrongSettings, $"{SettingNames.PathOf(SettingNames.PolicyFile)}: can't be read: {exception.Message}");
        }

        var publication = await publisher.PublishAsync(file.Text, path, cancellationToken);
        if (publication.Outcome == PolicyPublicationOutcome.Invalid)
        {
            throw new StartupRefusedException(ExitCodes.WrongSettings, [.. publication.Mistakes]);
        }

        Report(publication);
        published = file.Fingerprint;
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
            await LookAsync(stoppingToken);
        }
    }

    /// <summary>Publishes the file if its content is another than before.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var file = await PolicyFile.ReadAsync(path, cancellationToken);
            if (!string.Equals(file.Fingerprint, published, StringComparison.Ordinal))
            {
                Report(await publisher.PublishAsync(file.Text, path, cancellationToken));
                published = file.Fingerprint;
            }

            lastProblem = null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Tried again at the next look; said once, until it changes.
            if (!string.Equals(exception.Message, lastProblem, StringComparison.Ordinal))
            {
                LogNotPublishedWarning(path, exception.Message);
            }

            lastProblem = exception.Message;
        }
    }

    private void Report(PolicyPublication publication)
    {
        switch (publication.Outcome)
        {
            case PolicyPublicationOutcome.Published:
                LogPublishedInformation(path);
                foreach (var warning in publication.Warnings)
                {
                    LogDoubtWarning(warning);
                }

                break;
            case PolicyPublicationOutcome.Stale:
                LogStaleError(path);
                LogMistakes(publication);
                break;
            case PolicyPublicationOutcome.Invalid:
                LogBrokenError(path, publication.Mistakes.Count);
                LogMistakes(publication);
                break;
        }
    }

    private void LogMistakes(PolicyPublication publication)
    {
        foreach (var mistake in publication.Mistakes)
        {
            LogMistakeError(mistake);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Published the policy {Path}.")]
    private partial void LogPublishedInformation(string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "The policy {Path} is not published, and the policy that is current stays.")]
    private partial void LogStaleError(string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "The policy {Path} has {Count} mistakes and is not published. The last good policy stays.")]
    private partial void LogBrokenError(string path, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Mistake}")]
    private partial void LogMistakeError(string mistake);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Doubt}")]
    private partial void LogDoubtWarning(string doubt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The policy {Path} could not be read or published and is tried again: {Problem}")]
    private partial void LogNotPublishedWarning(string path, string problem);
}
