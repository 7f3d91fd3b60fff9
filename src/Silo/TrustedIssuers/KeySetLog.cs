namespace ExchangeCluster.Silo.TrustedIssuers;

internal static partial class KeySetLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Key set of {Owner} published: {Keys} keys")]
    public static partial void InformationPublished(this ILogger logger, KeySetOwner owner, int keys);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Key set of {Owner} has {Count} keys that can't be used: {Reasons}")]
    public static partial void WarningKeysRefused(this ILogger logger, KeySetOwner owner, int count, string reasons);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Key set of {Owner} could not be refreshed, the last good one, if any, stays: {Reason}")]
    public static partial void WarningRefreshFailed(this ILogger logger, KeySetOwner owner, string reason);
}
