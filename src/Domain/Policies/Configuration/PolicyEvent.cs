namespace ExchangeCluster.Domain.Policies.Configuration;

internal enum PolicyEventKind : byte
{
    Scalar,
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}

/// <summary>
/// One step through the YAML text. A policy of 100,000 rules has two million of them, so what is read is bound as it comes, and
/// becomes a <see cref="PolicyNode"/> only where its meaning is decided later.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">Where it begins.</param>
/// <param name="Text">Of a scalar; else empty.</param>
/// <param name="IsPlain">True for a scalar without quotes.</param>
internal readonly record struct PolicyEvent(PolicyEventKind Kind, Position At, string Text = "", bool IsPlain = false);
