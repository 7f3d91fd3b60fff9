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
/// <param name="Kind">What kind of thing; says why it matters and what to write instead.</param>
/// <param name="At">Where in the file.</param>
/// <param name="What">What is wrong here; one line.</param>
public sealed record Finding(FindingKind Kind, Position At, string What)
{
    public Severity Severity => Kind.Severity;
}

/// <summary>What all findings of a kind have in common.</summary>
/// <param name="Id">Stable, in kebab-case; also the anchor in docs/tool.md.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">The kind in a few words.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Instead">What to write instead.</param>
public sealed record FindingKind(string Id, Severity Severity, string Title, string Why, string Instead)
{
    /// <summary>The page that explains it, from the root of the repository.</summary>
    public string Page => $"docs/tool.md#{Id}";
}
