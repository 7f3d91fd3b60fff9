using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>Within a search: a token that a service presents, what it gets for it, and what is done with that.</summary>
/// <param name="Holder">Who presents it.</param>
/// <param name="Demand">What it must be.</param>
/// <param name="Rule">The rule of the exchange; null where there is none to come.</param>
/// <param name="Granted">What the rule gives.</param>
/// <param name="Path">Reuse edges on which that is handed on.</param>
/// <param name="Then">The next exchange; null: this is the last.</param>
/// <param name="Goal">Of the last.</param>
internal sealed record Node(
    string Holder, Demand Demand, AcceptRule? Rule, Demand Granted, ImmutableArray<ReuseEdge> Path, Node? Then, Goal? Goal)
{
    /// <summary>True when nobody asks for it: it comes within another token.</summary>
    public bool IsCarried { get; init; }

    public Chain ToChain(ChainRoot root)
    {
        var steps = ImmutableArray.CreateBuilder<ChainStep>();
        var holder = Holder;
        for (var node = this; node?.Rule is not null; node = node.Then)
        {
            steps.Add(node.ToStep());
            holder = node.Goal?.Holder ?? holder;
        }

        return new Chain(root, steps.ToImmutable(), holder);
    }

    private ChainStep ToStep() => new(
        Rule!.From,
        Rule.Target,
        Rule.Name,
        [.. Granted.Scopes.Select(scope => new GrantedScope(scope.Key, HeldFor(scope.Key)))],
        Rule.When.Actor.Presence == ActorPresence.Required,
        Rule.Grants == Grants.ClientCredentials,
        [.. Path.Select(edge => edge.Target)],
        IsCarried)
    {
        AlsoFor = Goal?.Partner?.Target,
    };

    private string HeldFor(string scope) =>
        !Demand.Holds(scope) && Rule!.Elevate.TryGetValue(scope, out var held) ? held : scope;
}
