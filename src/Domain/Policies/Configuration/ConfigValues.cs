using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>A text with its place.</summary>
public sealed record ConfigText(string Value, Position At);

/// <summary>A whole number with its place.</summary>
public sealed record ConfigNumber(long Value, Position At);

/// <summary>A positive duration, written as <c>60s</c>, <c>15m</c>, <c>1h</c> or <c>1d</c>, with its place.</summary>
public sealed record ConfigDuration(TimeSpan Value, Position At);

/// <summary>Any value; what it means depends on where it stands.</summary>
public sealed record ConfigAny(PolicyNode Node)
{
    public Position At => Node.At;
}

/// <summary>A list; a single value may stand for a list of one where the property is marked <see cref="OneOrManyAttribute"/>.</summary>
public sealed record ConfigList<T>(ImmutableArray<T> Items, Position At);

/// <summary>A mapping of free names.</summary>
public sealed record ConfigMap<T>(ImmutableArray<KeyValuePair<ConfigText, T>> Members, Position At);

/// <summary>On a <see cref="ConfigList{T}"/>: a single value is a list of one.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOrManyAttribute : Attribute;

/// <summary>On a <see cref="ConfigList{T}"/>: it may be left out, but not be empty.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotEmptyAttribute : Attribute;

/// <summary>The values that a text may have.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>On a <see cref="ConfigAny"/> that is one of some texts or a mapping: the record that the mapping fills.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OrMappingAttribute(Type record) : Attribute
{
    public Type Record { get; } = record;
}

/// <summary>A record of the policy file: knows where it began.</summary>
public abstract record ConfigRecord
{
    public Position At { get; internal set; }
}
