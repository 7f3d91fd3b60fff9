using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Every rule of an edge, in the order of the file.</summary>
internal sealed record PlacedEdge(Edge Edge, ImmutableArray<PlacedRule> Placed)
{
    public ImmutableArray<AcceptRule> Rules { get; } = Placed is [var only] ? [only.Rule] : [.. Placed.Select(rule => rule.Rule)];

    /// <summary>In the order of the file, by their first rules.</summary>
    public static List<PlacedEdge> Of(List<PlacedRule> rules)
    {
        var places = new Dictionary<Edge, int>(rules.Count);
        var edges = new List<PlacedEdge>(rules.Count);
        foreach (var rule in rules)
        {
            var edge = new Edge(rule.Rule.From, rule.Rule.Target);
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, edge, out var isKnown);
            if (isKnown)
            {
                edges[place] = new PlacedEdge(edge, edges[place].Placed.Add(rule));
            }
            else
            {
                place = edges.Count;
                edges.Add(new PlacedEdge(edge, [rule]));
            }
        }

        return edges;
    }
}
