using System.Collections.Immutable;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Sharing;

/// <summary>How a caller comes to a token for a target.</summary>
public enum SharingOutcome
{
    /// <summary>No rule lets it have one for a subject.</summary>
    Deny,

    /// <summary>It asks for one.</summary>
    Exchange,

    /// <summary>The token that it received carries one, if there was room and the rules let it.</summary>
    Embed,

    /// <summary>It hands on the token that it received, if the target is in <c>aud</c>.</summary>
    Reuse,
}

/// <summary>What the policy means for one caller and one target.</summary>
public sealed record PlannedEdge
{
    public required string Client { get; init; }

    public required string Target { get; init; }

    /// <summary>The target's <c>aud</c>.</summary>
    public required string Audience { get; init; }

    public required SharingOutcome Outcome { get; init; }

    /// <summary>Why, for people; never empty.</summary>
    public required string Reason { get; init; }

    /// <summary>The most that a token for the target may hold.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>Audiences that a reused token can reach by way of this edge, the target's first; empty for other outcomes.</summary>
    public ImmutableArray<string> Closure { get; init; } = [];

    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Client} -> {Target}: {NameOf(Outcome)}: {Reason}";

    /// <summary>One of <see cref="SharingOutcomes"/>.</summary>
    public static string NameOf(SharingOutcome outcome) => outcome switch
    {
        SharingOutcome.Exchange => SharingOutcomes.Exchange,
        SharingOutcome.Embed => SharingOutcomes.Embed,
        SharingOutcome.Reuse => SharingOutcomes.Reuse,
        _ => SharingOutcomes.Deny,
    };
}
