using System.Net;
using StackExchange.Redis;

namespace ExchangeCluster.Silo.Stores;

/// <summary>Where the Redis is and how to log on there. Holds a password: prints as the end point alone.</summary>
public sealed class RedisAddress
{
    private readonly ConfigurationOptions options;

    private RedisAddress(ConfigurationOptions options) => this.options = options;

    /// <exception cref="FormatException">Not a connection string of StackExchange.Redis with one end point. The text is not quoted.</exception>
    public static RedisAddress Parse(string text)
    {
        var parsed = ReadOptions(text) ?? throw new FormatException("Not a connection string of StackExchange.Redis.");
        if (parsed.EndPoints.Count != 1 || parsed.ServiceName is not null)
        {
            // Whoever takes over from a primary may lack what it acknowledged last.
            throw new FormatException("Takes one primary; automatic failover could forget an acknowledged revocation.");
        }

        parsed.SetDefaultPorts();
        return new RedisAddress(parsed);
    }

    /// <summary>
    /// Fails fast, so that a lease runs out rather than requests pile up. Whatever waits for more than a second counts as not answered.
    /// </summary>
    /// <param name="purpose">What the connection is for, as <c>CLIENT LIST</c> shows it.</param>
    public ConfigurationOptions Connection(string purpose)
    {
        var connection = options.Clone();
        connection.ClientName = "exchange-cluster-" + purpose;
        connection.AbortOnConnectFail = true;
        connection.ConnectTimeout = 2000;
        connection.ConnectRetry = 1;
        connection.AsyncTimeout = 1000;
        connection.SyncTimeout = 1000;
        connection.KeepAlive = 5;
        connection.BacklogPolicy = BacklogPolicy.FailFast;
        connection.ReconnectRetryPolicy = new LinearRetry(200);
        return connection;
    }

    public override string ToString() => options.EndPoints[0] switch
    {
        DnsEndPoint named => FormattableString.Invariant($"{named.Host}:{named.Port}"),
        var other => other.ToString()!,
    };

    private static ConfigurationOptions? ReadOptions(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text, ignoreUnknown: false);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Its message may quote what was meant for a password.
            return null;
        }
    }
}
