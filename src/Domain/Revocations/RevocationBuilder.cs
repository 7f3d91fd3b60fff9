using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ExchangeCluster.Domain.Revocations;

/// <summary>
/// The revocations of a log while it is applied, entry by entry. A snapshot shares all that has not changed since with the
/// one before it. Not thread-safe.
/// </summary>
public sealed class RevocationBuilder
{
    private readonly ImmutableDictionary<RevocationTarget, Revocation>.Builder cutOffs =
        ImmutableDictionary.CreateBuilder<RevocationTarget, Revocation>();

    private readonly ImmutableDictionary<RevocationTarget, Revocation>.Builder blocks =
        ImmutableDictionary.CreateBuilder<RevocationTarget, Revocation>();

    private readonly Dictionary<string, Revocation> byId = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Revocation, DateTimeOffset> lapsing = new();
    private readonly Dictionary<RevocationKind, int> counts = [];

    /// <summary>In no order.</summary>
    public IReadOnlyCollection<Revocation> Entries => byId.Values;

    public bool TryGet(string id, [NotNullWhen(true)] out Revocation? revocation) => byId.TryGetValue(id, out revocation);

    /// <summary>Adds an entry, or replaces the one of the same id.</summary>
    public void Set(Revocation revocation)
    {
        Remove(revocation.Id);
        byId[revocation.Id] = revocation;
        DictionaryOf(revocation)[revocation.Target] = revocation;
        counts[revocation.Target.Kind] = CountOf(revocation.Target.Kind) + 1;
        if (revocation.ExpiresAt is { } expiresAt)
        {
            lapsing.Enqueue(revocation, expiresAt);
        }
    }

    public void Remove(string id)
    {
        if (byId.Remove(id, out var revocation))
        {
            DictionaryOf(revocation).Remove(revocation.Target);
            counts[revocation.Target.Kind]--;
        }
    }

    /// <summary>Drops the cut-offs that cover nothing alive any more. True when there were some.</summary>
    public bool DropLapsed(DateTimeOffset now)
    {
        var dropped = false;
        while (lapsing.TryPeek(out var revocation, out var expiresAt) && expiresAt <= now)
        {
            lapsing.Dequeue();

            // It may have been replaced or lifted since.
            if (byId.TryGetValue(revocation.Id, out var held) && ReferenceEquals(held, revocation))
            {
                Remove(revocation.Id);
                dropped = true;
            }
        }

        return dropped;
    }

    public RevocationSnapshot ToSnapshot(Guid incarnation) => new(
        incarnation,
        cutOffs.ToImmutable(),
        blocks.ToImmutable(),
        namesSubjects: CountOf(RevocationKind.Subject) > 0,
        namesSessions: CountOf(RevocationKind.Session) > 0);

    private ImmutableDictionary<RevocationTarget, Revocation>.Builder DictionaryOf(Revocation revocation) =>
        revocation.IsBlock ? blocks : cutOffs;

    private int CountOf(RevocationKind kind) => counts.GetValueOrDefault(kind);
}
