using System.Collections.Frozen;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Replication;

/// <summary>All replicated state as of one set of epochs, swapped as one.</summary>
public sealed class ClusterSnapshot
{
    public required StateVersions Versions { get; init; }

    public required PolicySnapshot Policy { get; init; }

    public required KeyRing KeyRing { get; init; }

    /// <summary>By issuer.</summary>
    public required FrozenDictionary<string, KeySet> IssuerKeys { get; init; }

    /// <summary>By client; inline key sets of the policy included.</summary>
    public required FrozenDictionary<string, KeySet> ClientKeys { get; init; }

    public required RevocationSnapshot Revocations { get; init; }
}
