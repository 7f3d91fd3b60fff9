using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Analysis;

public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>It works, probably otherwise than its author thinks.</summary>
    Warning,

    /// <summary>The policy doesn't load, or allows what nobody can want.</summary>
    Error,
}

/// <summary>Something about a policy that its author should look at.</summary>
/// <param name="At">Where in the file.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What is wrong here; one line.</param>
public sealed record Finding(Position At, Severity Severity, string What);
