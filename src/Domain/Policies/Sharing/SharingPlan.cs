using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Sharing;

/// <summary>What becomes of every edge of a policy; made once, when it is compiled. Immutable.</summary>
public sealed class SharingPlan
{
    /// <summary>The most services that one token can be handed on to: each stands in <c>aud</c>.</summary>
    public const int MaxClosure = 8;

    /// <summary>The most services whose tokens one token is considered to carry.</summary>
    public const int MaxEmbedded = 32;

    public static readonly SharingPlan Empty = new([], []);

    private readonly FrozenDictionary<string, ImmutableArray<PlannedEdge>> edges;
    private readonly FrozenDictionary<string, ImmutableArray<ReuseEdge>> reuses;
    private readonly FrozenDictionary<string, ImmutableArray<string>> embeds;

    internal SharingPlan(IReadOnlyCollection<PlannedEdge> edges, IEnumerable<ReuseEdge> reuses)
    {
        this.edges = ByClient(edges, edge => edge.Client, edge => edge);
        this.reuses = ByClient(reuses, edge => edge.Client, edge => edge);
        embeds = ByClient(edges.Where(edge => edge.Outcome == SharingOutcome.Embed), edge => edge.Client, edge => edge.Target);
    }

    /// <summary>Every edge that begins at the client, in the order of the file.</summary>
    public ImmutableArray<PlannedEdge> Of(string client) => edges.GetValueOrDefault(client, []);

    /// <summary>To whom the client may hand on what it received, in the order of the file.</summary>
    public ImmutableArray<ReuseEdge> ReusesOf(string client) => reuses.GetValueOrDefault(client, []);

    /// <summary>The targets whose tokens a token for the client carries, in the order of the file: that is who gets room first.</summary>
    public ImmutableArray<string> EmbedsOf(string client) => embeds.GetValueOrDefault(client, []);

    private static FrozenDictionary<string, ImmutableArray<TValue>> ByClient<T, TValue>(
        IEnumerable<T> items, Func<T, string> client, Func<T, TValue> value) => items
        .GroupBy(client, value, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);
}
