using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>The parameters of a request that says nothing but who asks.</summary>
public static class CredentialParameters
{
    /// <summary>Null, or why they can't be read.</summary>
    public static Refusal? Check(IReadOnlyList<KeyValuePair<string, string>> parameters) => RequestParameters.Collect(parameters).Refusal;
}
