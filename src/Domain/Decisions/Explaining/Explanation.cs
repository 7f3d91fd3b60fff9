using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Decisions.Explaining;

/// <summary>How a decision came about: its verdict, and everything that was compared on the way.</summary>
public sealed record Explanation
{
    /// <summary>What <see cref="Decider"/> says: nothing here decides anything itself.</summary>
    public required Decision Verdict { get; init; }

    /// <summary>One for each target, in order.</summary>
    public required ImmutableArray<TargetExplanation> Targets { get; init; }

    /// <summary>
    /// Each scope that was asked for, or that the rules could grant, in ordinal order; empty where no one rule speaks for every target.
    /// </summary>
    public ImmutableArray<ScopeExplanation> Scopes { get; init; } = [];

    /// <summary>Every limit of the token's life; the least of them is its end. Empty as <see cref="Scopes"/>.</summary>
    public ImmutableArray<ExpiryCeiling> Expiry { get; init; } = [];
}

/// <summary>What was considered for one target.</summary>
public sealed record TargetExplanation
{
    public required string Target { get; init; }

    /// <summary>How the policy means the client to come to a token for it.</summary>
    public required SharingOutcome Strategy { get; init; }

    /// <summary>Why, for people.</summary>
    public required string StrategyReason { get; init; }

    /// <summary>Every rule of the edge, in the order of the file.</summary>
    public required ImmutableArray<RuleExplanation> Rules { get; init; }

    /// <summary>Who else has a rule for the target, in ordinal order, at most <see cref="MaxOtherCallers"/>: a caller under the wrong name is a common mistake.</summary>
    public required ImmutableArray<string> OtherCallers { get; init; }

    public const int MaxOtherCallers = 20;
}

/// <summary>What became of one rule.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Unmet">The first of its conditions that does not hold.</param>
/// <param name="Text">The same for people: what it wants, and what there is.</param>
public sealed record RuleExplanation(string Rule, RuleCondition Unmet, string Text);

/// <summary>What became of one scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="IsGranted">Whether the token has it.</param>
/// <param name="Source">What grants it, or what keeps it back.</param>
/// <param name="Text">The same for people.</param>
public sealed record ScopeExplanation(string Scope, bool IsGranted, ScopeSource Source, string Text);

/// <summary>What grants a scope, or keeps it back.</summary>
public enum ScopeSource
{
    /// <summary>Granted: subject token, client and rule all have it.</summary>
    Passed,

    /// <summary>Granted: a rule names the elevation.</summary>
    Elevated,

    /// <summary>It is grantable and was not asked for.</summary>
    NotRequested,

    /// <summary>The subject token lacks it, or what its elevation rests on.</summary>
    Subject,

    /// <summary>The client may not pass it on.</summary>
    Client,

    /// <summary>No part of the rule names it.</summary>
    Rule,

    /// <summary>What its elevation rests on was elevated itself, by a service that the rule does not name in <c>through</c>.</summary>
    Through,

    /// <summary>It was not granted when the refresh token began.</summary>
    RefreshToken,
}
