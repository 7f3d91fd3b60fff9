using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// Identity of an answer: a total function of everything that decides the token, except the time and the replicated
/// state, whose versions stand beside each entry.
/// </summary>
public readonly record struct CacheKey(UInt128 High, UInt128 Low)
{
    public static CacheKey Of(ExchangeCommand command, ClusterSecret secret) => throw new NotImplementedException();
}
