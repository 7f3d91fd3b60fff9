using System.Collections.Immutable;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies;

/// <summary>Whether an exchange is an impersonation, a delegation, or either.</summary>
public enum ActorPresence
{
    /// <summary>Impersonation only: an actor token is refused.</summary>
    Forbidden,

    /// <summary>Both.</summary>
    Allowed,

    /// <summary>Delegation only: without an actor token it is refused.</summary>
    Required,
}

/// <summary>
/// What a rule demands of the actor token. Where it says who may act, those may act for any subject; where it does not,
/// only an actor that the subject token or the client vouches for.
/// </summary>
public sealed class ActorCondition
{
    /// <summary>What a rule means that says nothing about actors.</summary>
    public static readonly ActorCondition Forbidden = new() { Presence = ActorPresence.Forbidden };

    public required ActorPresence Presence { get; init; }

    /// <summary>Services of the policy that may act, by a token in their own name.</summary>
    public ImmutableArray<string> Services { get; init; } = [];

    /// <summary>Issuers whose subjects may act.</summary>
    public ImmutableArray<string> Issuers { get; init; } = [];

    /// <summary>Only these subjects of <see cref="Issuers"/>; empty: all of them.</summary>
    public ImmutableArray<string> Subjects { get; init; } = [];

    /// <summary>What the actor tokens of <see cref="Issuers"/> must claim.</summary>
    public ImmutableArray<ClaimCondition> Claims { get; init; } = [];

    /// <summary>Token types (RFC 8693 section 3) that an actor token may have.</summary>
    public ImmutableArray<string> Types { get; init; } = [TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt];

    /// <summary>True when the rule says who may act.</summary>
    public bool NamesActors => !Services.IsEmpty || !Issuers.IsEmpty;
}
