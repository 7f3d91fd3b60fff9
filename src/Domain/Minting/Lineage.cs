using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// What every token we issue remembers of its chain, encrypted to ourselves in the claim <see cref="ClaimName"/>:
/// revoking any ancestor, edge or client is visible in every descendant without a server-side tree.
/// </summary>
public sealed class Lineage
{
    public const string ClaimName = "lineage";

    /// <summary>The most hops of one chain.</summary>
    public const int MaxHops = 32;

    /// <summary>
    /// The most ancestors: each hop has a subject token and at most one actor token. Refresh tokens on the way count too.
    /// </summary>
    public const int MaxAncestors = 2 * MaxHops;

    /// <summary>The most elevations: a scope set's members.</summary>
    public const int MaxElevations = ScopeSet.MaxCount;

    /// <summary>The most services beside its targets that a token can be handed on to.</summary>
    public const int MaxReuses = SharingPlan.MaxClosure;

    public required RootSubject Root { get; init; }

    /// <summary>
    /// Where the chain of each actor token began, oldest first: revoking a subject or session covers what it acted in.
    /// </summary>
    public ImmutableArray<RootSubject> Actors { get; init; } = [];

    /// <summary>
    /// Handles of every ancestor token, subject and actor tokens alike, oldest first; the first is the root's.
    /// </summary>
    public required ImmutableArray<TokenHandle> Ancestors { get; init; }

    /// <summary>Every edge of the chain, oldest first; the last is the one this token was minted under.</summary>
    public required ImmutableArray<Hop> Hops { get; init; }

    /// <summary>
    /// Edges by which this token may be handed on without an exchange, nearest first. Whoever got it so and exchanges it has
    /// come by them: then they are hops.
    /// </summary>
    public ImmutableArray<Hop> Reuses { get; init; } = [];

    /// <summary>Which scopes of this token a rule elevated, and the services whose rules did.</summary>
    public required ImmutableArray<Elevation> Elevations { get; init; }

    /// <summary>
    /// Set when a refresh token lets the chain go on beyond the tokens that it began with: nothing of it lives longer than
    /// this, another refresh token included.
    /// </summary>
    public DateTimeOffset? RefreshUntil { get; init; }

    /// <summary>Revision of the policy that decided.</summary>
    public required long PolicyRevision { get; init; }

    /// <summary>Incarnation of the revocation log; an epoch means something only within it.</summary>
    public required Guid RevocationIncarnation { get; init; }

    /// <summary>Revocation epoch the token was minted under: it is covered by later entries only.</summary>
    public required long RevocationEpoch { get; init; }
}

/// <summary>One exchange of a chain: who asked, for which service.</summary>
public sealed record Hop(string Client, string Target);

/// <summary>A scope that came from a named elevation: the service whose rule elevated it.</summary>
public sealed record Elevation(string Scope, string By);
