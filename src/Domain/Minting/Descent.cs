using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// What a token made by a command descends from. The actor token is an ancestor like the subject token, with all that it
/// descends from: to revoke either of them, or what they were minted under, covers the child.
/// </summary>
internal sealed class Descent
{
    private Descent(ImmutableArray<RootSubject> actors, ImmutableArray<TokenHandle> ancestors, ImmutableArray<Hop> hops)
    {
        (Actors, Ancestors, Hops) = (actors, ancestors, hops);
    }

    /// <summary>As <see cref="Lineage.Actors"/>.</summary>
    public ImmutableArray<RootSubject> Actors { get; }

    /// <summary>As <see cref="Lineage.Ancestors"/>.</summary>
    public ImmutableArray<TokenHandle> Ancestors { get; }

    /// <summary>As <see cref="Lineage.Hops"/>.</summary>
    public ImmutableArray<Hop> Hops { get; }

    /// <summary>False when a lineage can't hold it.</summary>
    public bool Fits =>
        Hops.Length <= Lineage.MaxHops && Ancestors.Length <= Lineage.MaxAncestors && Actors.Length <= Lineage.MaxHops;

    public static Descent Of(ExchangeCommand command)
    {
        var (subject, actor) = (command.Subject, command.Actor);
        IEnumerable<RootSubject> actors = subject.Lineage?.Actors ?? [];
        IEnumerable<TokenHandle> ancestors = [.. subject.Lineage?.Ancestors ?? [], subject.Handle];
        IEnumerable<Hop> hops = [.. subject.Lineage?.Hops ?? [], .. HandedOn(subject.Lineage, command.Client)];
        if (actor is not null)
        {
            // A service presents the same token of its own at many hops: once is enough.
            actors = actors.Concat(actor.Lineage?.Actors ?? []).Append(actor.Root).Distinct();
            ancestors = ancestors.Concat(actor.Lineage?.Ancestors ?? []).Append(actor.Handle).Distinct();
            hops = hops.Concat((actor.Lineage?.Hops ?? []).Except(hops));
        }

        if (command.Refresh is { } refresh)
        {
            // The end of the family is the end of all that was ever issued for it.
            ancestors = ancestors.Append(refresh.Handle);
        }

        return new Descent(
            [.. actors], [.. ancestors], [.. hops, .. command.Targets.Select(target => new Hop(command.Client, target))]);
    }

    /// <summary>The way by which the client got a token that was handed on, as if each step had been an exchange.</summary>
    private static Stack<Hop> HandedOn(Lineage? lineage, string client)
    {
        var way = new Stack<Hop>();
        for (var at = client; lineage?.Reuses.FirstOrDefault(edge => edge.Target == at) is { } edge; at = edge.Client)
        {
            way.Push(edge);
        }

        return way;
    }
}
