using System.Collections.Immutable;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Revocations;

namespace ExchangeCluster.Domain.Policies.Sharing;

/// <summary>
/// To whom the targets of a token may hand it on, and they in turn: only where an exchange would give that one a token with
/// every scope and claim of this one, for as long. Every reader of the token learns all that is in it.
/// </summary>
public static class SharedAudience
{
    /// <summary>Each with the edge by which it is reached; nearest first.</summary>
    internal static ImmutableArray<ReuseEdge> Of(PolicySnapshot policy, ExchangeCommand command, Decision.Granted token, DateTimeOffset now)
    {
        if (!IsHandedOn(policy, command.Targets) || !IsForAnyBearer(policy, command, token))
        {
            return [];
        }

        var edges = ImmutableArray.CreateBuilder<ReuseEdge>();
        var holders = new List<string>(command.Targets);
        for (var at = 0; at < holders.Count; at++)
        {
            foreach (var edge in policy.Sharing.ReusesOf(holders[at]))
            {
                if (edges.Count < SharingPlan.MaxClosure && !holders.Contains(edge.Target) && Admits(edge, token, now))
                {
                    holders.Add(edge.Target);
                    edges.Add(edge);
                }
            }
        }

        return edges.ToImmutable();
    }

    private static bool IsHandedOn(PolicySnapshot policy, ImmutableArray<string> targets)
    {
        foreach (var target in targets)
        {
            if (!policy.Sharing.ReusesOf(target).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same token for fewer services: a blocked edge or client hands nothing on.</summary>
    public static Decision.Granted WithoutBlocked(Decision.Granted token, RevocationSnapshot revocations)
    {
        if (token.Reuses.IsEmpty)
        {
            return token;
        }

        var reached = new HashSet<string>(StringComparer.Ordinal);
        var edges = ImmutableArray.CreateBuilder<ReuseEdge>();
        foreach (var edge in token.Reuses)
        {
            // Only what is reached from a target or by way of an edge that was kept.
            var isReached = reached.Contains(edge.Client) || !token.Reuses.Any(other => other.Target == edge.Client);
            if (isReached
                && !revocations.IsBlocked(RevocationTarget.Edge(edge.Client, edge.Target))
                && !revocations.IsBlocked(RevocationTarget.Client(edge.Client)))
            {
                reached.Add(edge.Target);
                edges.Add(edge);
            }
        }

        return token with { Reuses = edges.ToImmutable() };
    }

    /// <summary>
    /// A key binds a token to who proved it; authorization details, a pairwise subject and may_act are meant for one reader; a service's own token
    /// goes on only under rules that name us, which set conditions.
    /// </summary>
    private static bool IsForAnyBearer(PolicySnapshot policy, ExchangeCommand command, Decision.Granted token) =>
        token.Binding is null
        && token.AuthorizationDetails.IsEmpty
        && token.Subject is not null
        && command.Subject.Root.Issuer != policy.Issuer
        && !token.Claims.Any(claim => claim.Key == MayAct.ClaimName);

    private static bool Admits(ReuseEdge edge, Decision.Granted token, DateTimeOffset now)
    {
        if (token.Scope.IsEmpty != edge.Scopes.IsEmpty || !token.Scope.IsSubsetOf(edge.Scopes) || token.ExpiresAt - now > edge.Lifetime)
        {
            return false;
        }

        foreach (var claim in token.Claims)
        {
            if (claim.Key != ActorChain.ClaimName && !edge.Claims.Contains(claim.Key))
            {
                return false;
            }
        }

        return true;
    }
}
