using ExchangeCluster.Grains.Replication;
using StackExchange.Redis;

namespace ExchangeCluster.Silo.Stores;

/// <summary>The keys of the store, all under one hash tag. Nothing in them but names and keyed hashes.</summary>
internal static class RedisKeys
{
    private const string Prefix = "{exchange-cluster}:";

    /// <summary>Hash: log to head. Where it is missing there is no store.</summary>
    public static readonly RedisKey Logs = Prefix + "logs";

    /// <summary>Sorted set: registered silos by the store's time of their last confirmation.</summary>
    public static readonly RedisKey Silos = Prefix + "silos";

    /// <summary>Hash: the store's clock.</summary>
    public static readonly RedisKey Clock = Prefix + "clock";

    /// <summary>There while nobody may answer.</summary>
    public static readonly RedisKey Hold = Prefix + "hold";

    /// <summary>What a confirmation reads of all logs, in the order of <see cref="LogNames.All"/>.</summary>
    public static readonly RedisKey[] Confirmation =
        [Logs, Clock, Silos, Hold, .. LogNames.All.SelectMany(log => new[] { Epochs(log), Records(log) })];

    /// <summary>Sorted set: keys of records by epoch.</summary>
    public static RedisKey Epochs(string log) => $"{Prefix}epochs:{log}";

    /// <summary>Hash: key of a record to its payload.</summary>
    public static RedisKey Records(string log) => $"{Prefix}records:{log}";

    /// <summary>Sorted set: keys of records that expire, by time in ms.</summary>
    public static RedisKey Expiries(string log) => $"{Prefix}expiries:{log}";

    public static RedisKey Spent(string kind, string id) => Prefix + Named("spent", kind, id);

    public static RedisKey Kept(string kind, string id) => Prefix + Named("kept", kind, id);

    /// <summary>The length keeps apart what would read the same when joined.</summary>
    private static string Named(string purpose, string kind, string id) => FormattableString.Invariant($"{purpose}:{kind.Length}:{kind}:{id}");
}
