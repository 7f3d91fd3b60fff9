using System.Collections.Frozen;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Sharing;

/// <summary>
/// A caller that may hand on to a target the token that it received, where an exchange would have given the target as much:
/// every scope and claim of the token, for as long.
/// </summary>
public sealed class ReuseEdge
{
    public required string Client { get; init; }

    public required string Target { get; init; }

    /// <summary>The target's <c>aud</c>.</summary>
    public required string Audience { get; init; }

    /// <summary>What the target may see.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>Names of the claims beyond the protocol's own that the target may see.</summary>
    public required FrozenSet<string> Claims { get; init; }

    /// <summary>The longest life of a token for the target.</summary>
    public required TimeSpan Lifetime { get; init; }
}
