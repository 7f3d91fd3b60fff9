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

    /// <summary>False when a lineage can't hold what the command's token would descend from.</summary>
    public static bool Fits(ExchangeCommand command)
    {
        if (command is { Actor: null, Refresh: null, Subject.Lineage: null or { Reuses.IsEmpty: true } })
        {
            // Counted, as most of them can be.
            var lineage = command.Subject.Lineage;
            return Fits((lineage?.Hops.Length ?? 0) + command.Targets.Length, (lineage?.Ancestors.Length ?? 0) + 1, lineage?.Actors.Length ?? 0);
        }

        var descent = Of(command);
        return Fits(descent.Hops.Length, descent.Ancestors.Length, descent.Actors.Length);
    }

    private static bool Fits(int hops, int ancestors, int actors) =>
        hops <= Lineage.MaxHops && ancestors <= Lineage.MaxAncestors && actors <= Lineage.MaxHops;

    public static Descent Of(ExchangeCommand command)
    {
        var (subject, actor) = (command.Subject, command.Actor);
        var ancestors = Builder(subject.Lineage?.Ancestors ?? [], 3);
        ancestors.Add(subject.Handle);
        var hops = Builder(subject.Lineage?.Hops ?? [], command.Targets.Length);
        if (subject.Lineage is { Reuses.IsEmpty: false } lineage)
        {
            hops.AddRange(HandedOn(lineage, command.Client));
        }

        var actors = subject.Lineage?.Actors ?? [];
        if (actor is not null)
        {
            // A service presents the same token of its own at many hops: once is enough.
            actors = [.. actors.Concat(actor.Lineage?.Actors ?? []).Append(actor.Root).Distinct()];
            AddMissing(ancestors, actor.Lineage?.Ancestors ?? []);
            AddMissing(ancestors, [actor.Handle]);
            AddMissing(hops, actor.Lineage?.Hops ?? []);
        }

        if (command.Refresh is { } refresh)
        {
            // The end of the family is the end of all that was ever issued for it.
            ancestors.Add(refresh.Handle);
        }

        foreach (var target in command.Targets)
        {
            hops.Add(new Hop(command.Client, target));
        }

        return new Descent(actors, ancestors.DrainToImmutable(), hops.DrainToImmutable());
    }

    private static ImmutableArray<T>.Builder Builder<T>(ImmutableArray<T> first, int more)
    {
        var builder = ImmutableArray.CreateBuilder<T>(first.Length + more);
        builder.AddRange(first);
        return builder;
    }

    private static void AddMissing<T>(ImmutableArray<T>.Builder list, ImmutableArray<T> items)
    {
        foreach (var item in items)
        {
            if (!list.Contains(item))
            {
                list.Add(item);
            }
        }
    }

    /// <summary>The way by which the client got a token that was handed on, as if each step had been an exchange.</summary>
    private static Stack<Hop> HandedOn(Lineage lineage, string client)
    {
        var way = new Stack<Hop>();
        for (var at = client; lineage.Reuses.FirstOrDefault(edge => edge.Target == at) is { } edge; at = edge.Client)
        {
            way.Push(edge);
        }

        return way;
    }
}
