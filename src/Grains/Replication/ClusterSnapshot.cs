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

    /// <summary>What policies have taken back.</summary>
    public Withdrawals Withdrawals { get; init; } = Withdrawals.None;

    /// <summary>Null, or that the token is revoked: by a revocation, or by a policy that took back what it was minted under.</summary>
    public Refusal? CheckRevoked(ValidatedToken token) =>
        Revocations.Check(token, KeyRing.Secret) ?? Withdrawals.Check(token.Lineage);
}
