using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Stores;
using Microsoft.AspNetCore.Connections;
using StackExchange.Redis;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>Puts failures of the surroundings into words. What isn't recognised stays an exception with its stack trace.</summary>
internal static class StartupFailure
{
    public static StartupRefusedException? Explain(Exception exception) => exception switch
    {
        StartupRefusedException refused => refused,
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        FencedException => new(
            ExitCodes.CannotRun,
            exception.Message,
            $"Is {SettingNames.PathOf(SettingNames.KeyEncryptionKey)} the key that this data was written under, and the data complete?"),
        DataDirectoryException or RedisStoreException => new(ExitCodes.CannotRun, exception.Message.Split(Environment.NewLine)),
        RedisException or RedisTimeoutException => new(ExitCodes.CannotRun, "The Redis stopped answering while the silo started."),
        IOException { InnerException: AddressInUseException } inUse => new(ExitCodes.CannotRun, inUse.Message),
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
