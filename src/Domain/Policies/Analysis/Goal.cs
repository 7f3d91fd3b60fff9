using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>A token that is asked about: who has it in hand, and how.</summary>
/// <param name="Holder">The service that has it.</param>
/// <param name="Rule">The rule that gives it.</param>
/// <param name="Path">Reuse edges on which it is handed on; empty: it isn't.</param>
/// <param name="Carriers">Rules that give the tokens that carry it, outermost first; empty: it is asked for.</param>
internal sealed record Goal(string Holder, AcceptRule Rule, ImmutableArray<ReuseEdge> Path, ImmutableArray<AcceptRule> Carriers)
{
    public Goal(string holder, AcceptRule rule)
        : this(holder, rule, [], [])
    {
    }

    /// <summary>The rule of another target of the same caller, for both of which it asks at once; null: the token is for one.</summary>
    public AcceptRule? Partner { get; init; }

    /// <summary>False where the rule never grants the scope.</summary>
    public bool Grants(string scope) => Rule.Scopes.Contains(scope) || Rule.Elevate.ContainsKey(scope);
}
