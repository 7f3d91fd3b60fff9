namespace ExchangeCluster.Client;

/// <summary>The token service did not answer, by whatever way it is asked. Another try may help. Holds no token.</summary>
public sealed class TokenServiceUnavailableException : Exception
{
    internal TokenServiceUnavailableException(Exception cause)
        : base("The token service does not answer.", cause)
    {
    }
}
