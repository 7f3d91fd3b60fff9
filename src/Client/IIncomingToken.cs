using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>The access token of the request that is being served.</summary>
public interface IIncomingToken
{
    /// <summary>Null outside a request, and for a request without one.</summary>
    SensitiveText? Current { get; }
}
