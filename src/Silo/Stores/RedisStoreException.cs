namespace ExchangeCluster.Silo.Stores;

/// <summary>The Redis store can't be used; the message says why, for the operator, and names no secret.</summary>
public sealed class RedisStoreException : Exception
{
    public RedisStoreException(string message)
        : base(message)
    {
    }

    public RedisStoreException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
