using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>Nodes from events, and events from nodes.</summary>
internal static class PolicyNodes
{
    /// <summary>Reads the node that begins with the current event, up to its last event.</summary>
    public static PolicyNode Read(PolicyEvents events, Mistakes mistakes)
    {
        var first = events.Current;
        return first.Kind switch
        {
            PolicyEventKind.Scalar => new PolicyNode.Scalar(first.At, first.Text, first.IsPlain),
            PolicyEventKind.SequenceStart => new PolicyNode.Sequence(first.At, ReadItems(events, mistakes)),
            _ => new PolicyNode.Mapping(first.At, ReadMembers(events, mistakes)),
        };
    }

    /// <summary>The key that is the current event, after which its value is; null, and the value is read over, where it is no key.</summary>
    /// <param name="events">The key is the current one.</param>
    /// <param name="names">Of the mapping so far; null: this one was there.</param>
    /// <param name="mistakes">Gets what is wrong with it.</param>
    public static PolicyEvent? ReadKey(PolicyEvents events, NameSet? names, Mistakes mistakes)
    {
        var key = events.Current;
        if (key.Kind == PolicyEventKind.Scalar && names?.Add(key.Text) == true)
        {
            events.MoveNext();
            return key;
        }

        var node = Read(events, mistakes);
        events.MoveNext();
        Read(events, mistakes);
        mistakes.Add(key.At, node is PolicyNode.Scalar ? $"the key '{key.Text}' occurs twice, expected it once" : $"a key is {node.Kind}, expected a name");
        return null;
    }

    /// <summary>The events that the node would be read from.</summary>
    public static IEnumerable<PolicyEvent> EventsOf(PolicyNode node) => node switch
    {
        PolicyNode.Scalar scalar => [new(PolicyEventKind.Scalar, scalar.At, scalar.Text, scalar.IsPlain)],
        PolicyNode.Sequence sequence =>
            [new(PolicyEventKind.SequenceStart, node.At), .. sequence.Items.SelectMany(EventsOf), new(PolicyEventKind.SequenceEnd, node.At)],
        PolicyNode.Mapping mapping =>
        [
            new(PolicyEventKind.MappingStart, node.At),
            .. mapping.Members.SelectMany(member => EventsOf(member.Key).Concat(EventsOf(member.Value))),
            new(PolicyEventKind.MappingEnd, node.At),
        ],
        _ => [],
    };

    private static ImmutableArray<PolicyNode> ReadItems(PolicyEvents events, Mistakes mistakes)
    {
        var items = ImmutableArray.CreateBuilder<PolicyNode>();
        while (events.MoveNext() && events.Current.Kind != PolicyEventKind.SequenceEnd)
        {
            items.Add(Read(events, mistakes));
        }

        return items.DrainToImmutable();
    }

    private static ImmutableArray<KeyValuePair<PolicyNode.Scalar, PolicyNode>> ReadMembers(PolicyEvents events, Mistakes mistakes)
    {
        var members = ImmutableArray.CreateBuilder<KeyValuePair<PolicyNode.Scalar, PolicyNode>>(1);
        var names = new NameSet();
        while (events.MoveNext() && events.Current.Kind != PolicyEventKind.MappingEnd)
        {
            if (ReadKey(events, names, mistakes) is { } key)
            {
                members.Add(KeyValuePair.Create(new PolicyNode.Scalar(key.At, key.Text, key.IsPlain), Read(events, mistakes)));
            }
        }

        return members.DrainToImmutable();
    }
}

/// <summary>Names that were met in one mapping: one or a few mostly, for which a hash table would cost more than it saves.</summary>
internal sealed class NameSet
{
    private const int Few = 8;

    private string? first;
    private List<string>? more;
    private HashSet<string>? all;

    /// <summary>False when it was there.</summary>
    public bool Add(string name)
    {
        if (first is null)
        {
            first = name;
            return true;
        }

        if (all is not null)
        {
            return all.Add(name);
        }

        if (first == name || more?.Contains(name) == true)
        {
            return false;
        }

        (more ??= []).Add(name);
        if (more.Count == Few)
        {
            all = new HashSet<string>(more, StringComparer.Ordinal) { first };
        }

        return true;
    }
}
