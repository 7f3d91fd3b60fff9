using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ExchangeCluster.Domain.Revocations;

/// <summary>
/// The revocations of a log while it is applied, entry by entry. A snapshot shares all that has not changed since with the
/// one before it. Not thread-safe.
/// </summary>
public sealed class RevocationBuilder
{
    /// <summary>Beyond it lapsed entries are looked for only every <see cref="LookEvery"/>: that reads all of them.</summary>
    private const int Many = 10_000;

    private const int MaxOrigins = 1000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly RevocationTable.Builder handles = new();
    private readonly ImmutableDictionary<string, Revocation>.Builder named = ImmutableDictionary.CreateBuilder<string, Revocation>(StringComparer.Ordinal);
    private readonly Dictionary<RevocationKind, int> counts = [];
    private readonly HashSet<RevocationOrigin> origins = [];
    private ImmutableDictionary<(RevocationTarget Target, bool IsBlock), Revocation> byTarget =
        ImmutableDictionary<(RevocationTarget Target, bool IsBlock), Revocation>.Empty;

    /// <summary>Nothing lapses before.</summary>
    private DateTimeOffset nextLapse = DateTimeOffset.MaxValue;

    /// <summary>In no order.</summary>
    public IEnumerable<Revocation> Entries => named.Values.Concat(handles.Entries.Select(entry => entry.ToRevocation()));

    public bool TryGet(string id, [NotNullWhen(true)] out Revocation? revocation)
    {
        revocation = RevocationTarget.TryReadHandleId(id, out var target, out var isBlock)
            ? handles.TryFind(target, isBlock, out var entry) ? entry.ToRevocation() : null
            : named.GetValueOrDefault(id);
        return revocation is not null;
    }

    /// <summary>Adds an entry, or replaces the one of the same id.</summary>
    public void Set(Revocation revocation)
    {
        if (!revocation.Target.HasHandle)
        {
            Remove(revocation.Id);
            named[revocation.Id] = revocation;
            byTarget = byTarget.SetItem((revocation.Target, revocation.IsBlock), revocation);
            Count(revocation.Target.Kind, 1);
        }
        else if (handles.Set(new RevocationEntry(revocation, OriginOf(revocation))))
        {
            Count(revocation.Target.Kind, 1);
        }

        if (revocation.ExpiresAt < nextLapse)
        {
            nextLapse = revocation.ExpiresAt.Value;
        }
    }

    public void Remove(string id)
    {
        if (RevocationTarget.TryReadHandleId(id, out var target, out var isBlock))
        {
            if (handles.Remove(target, isBlock))
            {
                Count(target.Kind, -1);
            }
        }
        else if (named.Remove(id, out var revocation))
        {
            byTarget = byTarget.Remove((revocation.Target, revocation.IsBlock));
            Count(revocation.Target.Kind, -1);
        }
    }

    /// <summary>Drops the cut-offs that cover nothing alive any more. True when there were some.</summary>
    public bool DropLapsed(DateTimeOffset now)
    {
        if (now < nextLapse)
        {
            return false;
        }

        var lapsed = new List<string>();
        nextLapse = DateTimeOffset.MaxValue;
        foreach (var (id, revocation) in named)
        {
            Look(revocation.ExpiresAt ?? DateTimeOffset.MaxValue, id, static id => id);
        }

        foreach (var entry in handles.Entries)
        {
            Look(entry.LapsesAt, entry, static entry => entry.ToRevocation().Id);
        }

        lapsed.ForEach(Remove);
        if (handles.Count > Many && nextLapse < now + LookEvery)
        {
            nextLapse = now + LookEvery;
        }

        return lapsed.Count > 0;

        void Look<T>(DateTimeOffset lapsesAt, T item, Func<T, string> idOf)
        {
            if (lapsesAt <= now)
            {
                lapsed.Add(idOf(item));
            }
            else if (lapsesAt < nextLapse)
            {
                nextLapse = lapsesAt;
            }
        }
    }

    public RevocationSnapshot ToSnapshot(Guid incarnation) => new(
        incarnation,
        handles.ToTable(),
        byTarget,
        namesSubjects: counts.GetValueOrDefault(RevocationKind.Subject) > 0,
        namesSessions: counts.GetValueOrDefault(RevocationKind.Session) > 0);

    private void Count(RevocationKind kind, int more) => counts[kind] = counts.GetValueOrDefault(kind) + more;

    /// <summary>One object for all entries of the same writer. There are few; where there are not, sharing begins again.</summary>
    private RevocationOrigin OriginOf(Revocation revocation)
    {
        var origin = new RevocationOrigin(revocation.By, revocation.BySubject);
        if (origins.TryGetValue(origin, out var known))
        {
            return known;
        }

        if (origins.Count == MaxOrigins)
        {
            origins.Clear();
        }

        origins.Add(origin);
        return origin;
    }
}
