using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Auditing;

/// <summary>
/// The audit for whoever reads the log: one event for each decision in the category <see cref="Category"/>, at the level Information,
/// which is off unless settings ask for it.
/// </summary>
internal sealed partial class AuditLogger(ILoggerFactory loggers) : IDecisionSink
{
    public const string Category = "ExchangeCluster.Audit";

    private readonly ILogger logger = loggers.CreateLogger(Category);
    private readonly ArrayBufferWriter<byte> buffer = new();

    public void Accept(in DecisionEntry entry)
    {
        if (!logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        buffer.ResetWrittenCount();
        AuditText.Write(buffer, entry);
        var line = Encoding.UTF8.GetString(buffer.WrittenSpan);
        InformationDecided(logger, entry.Id, line);
    }

    public void Flush()
    {
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{RequestId} {Decision}", SkipEnabledCheck = true)]
    private static partial void InformationDecided(ILogger logger, RequestId requestId, string decision);
}
