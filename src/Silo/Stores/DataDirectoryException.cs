namespace ExchangeCluster.Silo.Stores;

/// <summary>The data directory can't be used; the message says why, for the operator.</summary>
public sealed class DataDirectoryException : Exception
{
    public DataDirectoryException(string message)
        : base(message)
    {
    }

    public DataDirectoryException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
