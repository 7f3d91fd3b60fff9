using StackExchange.Redis;

namespace ExchangeCluster.Silo.Stores;

/// <summary>Two connections, so that a long load of the logs keeps no request waiting that spends an id.</summary>
internal sealed class RedisConnections : IDisposable
{
    private readonly ConnectionMultiplexer logs;
    private readonly ConnectionMultiplexer values;

    private RedisConnections(ConnectionMultiplexer logs, ConnectionMultiplexer values) => (this.logs, this.values) = (logs, values);

    /// <summary>For the logs and the registrations.</summary>
    public IDatabase Logs => logs.GetDatabase();

    /// <summary>For spent ids and kept values.</summary>
    public IDatabase Values => values.GetDatabase();

    /// <exception cref="RedisStoreException">It can't be reached, or isn't set up to keep what it is told.</exception>
    public static RedisConnections Open(RedisAddress address)
    {
        var first = Connect(address, "logs");
        try
        {
            RedisServerCheck.Require(first, address);
            return new RedisConnections(first, Connect(address, "values"));
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        logs.Dispose();
        values.Dispose();
    }

    private static ConnectionMultiplexer Connect(RedisAddress address, string purpose)
    {
        try
        {
            return ConnectionMultiplexer.Connect(address.Connection(purpose));
        }
        catch (RedisConnectionException e)
        {
            throw new RedisStoreException(
                e.FailureType == ConnectionFailureType.AuthenticationFailure
                    ? $"The Redis at {address} refuses the user or password."
                    : $"The Redis at {address} can't be reached ({e.FailureType}).",
                e);
        }
    }
}
