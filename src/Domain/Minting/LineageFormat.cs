using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// The plaintext of a lineage: fields in ascending order of their tag, each a tag byte, a length and a value, ended by
/// tag 0 and zero padding. A reader skips a field it does not know when the high bit of the tag allows it, and otherwise
/// refuses the token: a field that a revocation may need is never skipped. Integers are big-endian, lengths and counts
/// 16 bits, text UTF-8.
/// </summary>
internal static class LineageFormat
{
    /// <summary>The length is a multiple of this, so that it tells partners little.</summary>
    private const int Block = 64;

    private const byte End = 0;
    private const byte Root = 1;
    private const byte Actor = 2;
    private const byte Ancestors = 3;
    private const byte Hops = 4;
    private const byte Elevations = 5;
    private const byte State = 6;
    private const byte RefreshUntil = 7;
    private const byte Reuses = 8;
    private const byte MayBeSkipped = 0x80;

    /// <exception cref="InvalidOperationException">The lineage is out of bounds: it should have been refused before.</exception>
    public static byte[] Write(Lineage lineage)
    {
        if (lineage.Ancestors.Length is 0 or > Lineage.MaxAncestors || lineage.Hops.Length is 0 or > Lineage.MaxHops ||
            lineage.Actors.Length > Lineage.MaxHops || lineage.Elevations.Length > Lineage.MaxElevations ||
            lineage.Reuses.Length > Lineage.MaxReuses)
        {
            throw new InvalidOperationException("A lineage is empty or too long.");
        }

        var writer = new LineageWriter();
        writer.Field(Root, lineage.Root, WriteRoot);
        foreach (var actor in lineage.Actors)
        {
            writer.Field(Actor, actor, WriteRoot);
        }

        writer.Field(Ancestors, lineage.Ancestors, static (w, handles) => w.List(handles, static (w, handle) => w.Handle(handle)));
        writer.Field(Hops, lineage.Hops, static (w, hops) => w.List(hops, static (w, hop) => w.Pair(hop.Client, hop.Target)));
        writer.Field(Elevations, lineage.Elevations, static (w, all) => w.List(all, static (w, one) => w.Pair(one.Scope, one.By)));
        writer.Field(State, lineage, WriteState);
        if (lineage.RefreshUntil is { } refreshUntil)
        {
            writer.Field(RefreshUntil, refreshUntil, static (w, time) => w.Integer(time.ToUnixTimeMilliseconds()));
        }

        if (!lineage.Reuses.IsEmpty)
        {
            writer.Field(Reuses, lineage.Reuses, static (w, edges) => w.List(edges, static (w, edge) => w.Pair(edge.Client, edge.Target)));
        }

        writer.End(End, Block);
        return writer.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> plaintext, [NotNullWhen(true)] out Lineage? lineage)
    {
        lineage = null;
        RootSubject? root = null;
        ImmutableArray<TokenHandle>? ancestors = null;
        ImmutableArray<Hop>? hops = null;
        ImmutableArray<Elevation>? elevations = null;
        (long Revision, Guid Incarnation, long Epoch)? state = null;
        DateTimeOffset? refreshUntil = null;
        ImmutableArray<Hop> reuses = [];
        var actors = ImmutableArray.CreateBuilder<RootSubject>();
        try
        {
            var reader = new LineageReader(plaintext);
            byte previous = 0;
            while (reader.Tag() is var tag and not End)
            {
                // Ascending, and only actors repeat.
                if (tag < previous || (tag == previous && tag != Actor))
                {
                    return false;
                }

                previous = tag;
                var field = reader.Field();
                switch (tag)
                {
                    case Root: root = ReadRoot(ref field); break;
                    case Actor: actors.Add(ReadRoot(ref field)); break;
                    case Ancestors: ancestors = field.List(Lineage.MaxAncestors, static (ref r) => r.Handle()); break;
                    case Hops: hops = field.List(Lineage.MaxHops, static (ref r) => new Hop(r.Text(), r.Text())); break;
                    case Elevations: elevations = field.List(Lineage.MaxElevations, static (ref r) => new Elevation(r.Text(), r.Text())); break;
                    case State: state = (field.Integer(), field.Guid(), field.Integer()); break;
                    case RefreshUntil: refreshUntil = field.Time(); break;
                    case Reuses: reuses = field.List(Lineage.MaxReuses, static (ref r) => new Hop(r.Text(), r.Text())); break;
                    default:
                        if (tag < MayBeSkipped)
                        {
                            return false;
                        }

                        field.Skip();
                        break;
                }

                field.MustBeEmpty();
            }

            reader.MustBePadding(Block);
        }
        catch (FormatException)
        {
            return false;
        }

        if (root is null || ancestors is not { Length: > 0 } || hops is not { Length: > 0 } || elevations is null ||
            state is null || actors.Count > Lineage.MaxHops)
        {
            return false;
        }

        lineage = new Lineage
        {
            Root = root,
            Actors = actors.ToImmutable(),
            Ancestors = ancestors.Value,
            Hops = hops.Value,
            Elevations = elevations.Value,
            PolicyRevision = state.Value.Revision,
            RevocationIncarnation = state.Value.Incarnation,
            RevocationEpoch = state.Value.Epoch,
            RefreshUntil = refreshUntil,
            Reuses = reuses,
        };
        return true;
    }

    private static void WriteRoot(LineageWriter writer, RootSubject root)
    {
        writer.Text(root.Issuer);
        writer.Text(root.Subject);
        writer.Optional(root.Session, static (w, session) => w.Text(session));
        writer.Optional(root.IssuedAt, static (w, issuedAt) => w.Integer(issuedAt!.Value.ToUnixTimeMilliseconds()));
        writer.Handle(root.Handle);
    }

    private static RootSubject ReadRoot(ref LineageReader reader)
    {
        var issuer = reader.Text();
        var subject = reader.Text();
        var session = reader.Flag() ? reader.Text() : null;
        DateTimeOffset? issuedAt = reader.Flag() ? reader.Time() : null;
        return new RootSubject(issuer, subject, session, issuedAt, reader.Handle());
    }

    private static void WriteState(LineageWriter writer, Lineage lineage)
    {
        writer.Integer(lineage.PolicyRevision);
        writer.Guid(lineage.RevocationIncarnation);
        writer.Integer(lineage.RevocationEpoch);
    }
}
