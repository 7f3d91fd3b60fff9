using StackExchange.Redis;

namespace ExchangeCluster.Silo.Stores;

/// <summary>One setting of a Redis that it needs to keep what it acknowledged.</summary>
internal sealed record RedisSetting(string Name, string Actual, string Expected)
{
    public bool IsRight { get; init; } = Actual == Expected;

    /// <summary>What is wrong, said of the Redis.</summary>
    public string Mistake { get; init; } = $"has {Name} {Actual}, expected {Expected}";
}

/// <summary>Whether a Redis keeps what it acknowledged: looked at when a silo starts, and when an operator asks.</summary>
internal static class RedisServerCheck
{
    /// <summary>The first with flags of scripts, which keep them off replicas.</summary>
    private static readonly Version Oldest = new(7, 0);

    private static readonly (string Name, string Expected)[] Settings =
    [
        ("appendonly", "yes"),
        ("appendfsync", "always"),
        ("no-appendfsync-on-rewrite", "no"),
        ("maxmemory-policy", "noeviction"),
    ];

    /// <exception cref="RedisStoreException">It may forget; names everything that is wrong.</exception>
    public static void Require(IConnectionMultiplexer connection, RedisAddress address)
    {
        string[] mistakes = [.. Examine(connection, address).Where(setting => !setting.IsRight).Select(setting => setting.Mistake)];
        if (mistakes.Length > 0)
        {
            throw new RedisStoreException(string.Join(Environment.NewLine, mistakes.Select(mistake => $"The Redis at {address} {mistake}.")));
        }
    }

    /// <exception cref="RedisStoreException">It does not answer, or doesn't tell.</exception>
    public static IEnumerable<RedisSetting> Examine(IConnectionMultiplexer connection, RedisAddress address)
    {
        var server = connection.GetServer(connection.GetEndPoints()[0]);
        yield return new RedisSetting("version", server.Version.ToString(), $"{Oldest} or later")
        {
            IsRight = server.Version >= Oldest,
            Mistake = $"is version {server.Version}, expected {Oldest} or later",
        };
        yield return new RedisSetting("role", server.IsReplica ? "replica" : "primary", "primary") { Mistake = "is a replica, expected the primary" };
        foreach (var (name, expected) in Settings)
        {
            yield return new RedisSetting(name, Read(connection.GetDatabase(), name, address), expected);
        }
    }

    private static string Read(IDatabase database, string setting, RedisAddress address)
    {
        try
        {
            var answer = (string[])database.Execute("CONFIG", ["GET", setting])!;
            return answer is [_, var value] ? value : "unset";
        }
        catch (RedisServerException e)
        {
            throw new RedisStoreException($"The Redis at {address} doesn't tell its settings; its user needs CONFIG GET.", e);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new RedisStoreException($"The Redis at {address} does not answer.", e);
        }
    }
}
