using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>The grain key of a subject: a keyed hash of (root issuer, root subject), so that storage keys and logs show nobody.</summary>
public static class SubjectKey
{
    public static string Of(RootSubject root, ClusterSecret secret) => throw new NotImplementedException();
}
