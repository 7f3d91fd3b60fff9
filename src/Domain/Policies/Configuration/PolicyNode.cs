using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>Where something stands in the policy file; both count from 1.</summary>
public readonly record struct Position(int Line, int Column)
{
    public override string ToString() => FormattableString.Invariant($"{Line}:{Column}");
}

/// <summary>One node of the YAML text, with its place.</summary>
public abstract record PolicyNode(Position At)
{
    /// <param name="At">Its place.</param>
    /// <param name="Text">The value as text.</param>
    /// <param name="IsPlain">True when unquoted: then <c>true</c>, <c>12</c> and <c>null</c> aren't strings.</param>
    public sealed record Scalar(Position At, string Text, bool IsPlain) : PolicyNode(At);

    public sealed record Sequence(Position At, ImmutableArray<PolicyNode> Items) : PolicyNode(At);

    public sealed record Mapping(Position At, ImmutableArray<KeyValuePair<Scalar, PolicyNode>> Members) : PolicyNode(At);

    /// <summary>What it is, for messages.</summary>
    public string Kind => this switch
    {
        Scalar => "a value",
        Sequence => "a list",
        _ => "a mapping",
    };
}
