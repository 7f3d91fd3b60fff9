using StackExchange.Redis;

namespace ExchangeCluster.Silo.Stores;

/// <summary>Whether a Redis keeps what it acknowledged: looked at once, when a silo starts.</summary>
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
        var server = connection.GetServer(connection.GetEndPoints()[0]);
        List<string> mistakes = [];
        if (server.Version < Oldest)
        {
            mistakes.Add($"is version {server.Version}, expected {Oldest} or later");
        }

        if (server.IsReplica)
        {
            mistakes.Add("is a replica, expected the primary");
        }

        mistakes.AddRange(Settings
            .Select(setting => (setting.Name, setting.Expected, Actual: Read(connection.GetDatabase(), setting.Name, address)))
            .Where(setting => setting.Actual != setting.Expected)
            .Select(setting => $"has {setting.Name} {setting.Actual}, expected {setting.Expected}"));
        if (mistakes.Count > 0)
        {
            throw new RedisStoreException(string.Join(Environment.NewLine, mistakes.Select(mistake => $"The Redis at {address} {mistake}.")));
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
