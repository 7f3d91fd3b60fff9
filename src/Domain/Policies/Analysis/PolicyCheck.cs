using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Analysis.Findings;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>A policy as it was compiled, and all that there is to say about it.</summary>
/// <param name="Snapshot">Null when a mistake keeps it from loading.</param>
/// <param name="Findings">In the order of the file.</param>
/// <param name="Theorems">What was proved: every <c>never</c> of a policy that loads.</param>
public sealed record PolicyCheck(PolicySnapshot? Snapshot, ImmutableArray<Finding> Findings, ImmutableArray<Never> Theorems)
{
    /// <summary>Beyond the first hundred of a kind nobody reads on.</summary>
    internal const int MaxOfKind = 100;

    private static readonly Func<PolicySource, IEnumerable<Finding>>[] Families =
    [
        IssuerFindings.Of, ReachFindings.Of, ElevationFindings.Of, RivalFindings.Of, DisclosureFindings.Of, EmbeddingFindings.Of,
    ];

    /// <summary>Never throws for a text, whatever it holds.</summary>
    public static PolicyCheck Of(string text)
    {
        var mistakes = new Mistakes("");
        var source = PolicyCompiler.CompileSource(text, mistakes);
        var findings = mistakes.Found.Select(mistake => new Finding(FindingKinds.Of(mistake.Kind), mistake.At, mistake.Text));
        if (source is null)
        {
            return new PolicyCheck(null, InOrder(findings), []);
        }

        return new PolicyCheck(
            source.Snapshot,
            InOrder(findings
                .Concat(mistakes.Doubts.Select(doubt => new Finding(FindingKinds.Doubt, doubt.At, doubt.Text)))
                .Concat(FindingsOf(source))),
            [.. (source.Config.Never?.Items ?? []).Select(never => never.ToTheorem())]);
    }

    /// <summary>Side by side. Not by AsParallel: on a thread of the pool that waits for one more, which comes half a second later.</summary>
    private static IEnumerable<Finding> FindingsOf(PolicySource source)
    {
        var found = new Finding[Families.Length][];
        Parallel.For(0, Families.Length, at => found[at] = [.. Families[at](source)]);
        return found.SelectMany(findings => findings);
    }

    private static ImmutableArray<Finding> InOrder(IEnumerable<Finding> findings) =>
    [
        .. findings.DistinctBy(finding => (finding.Kind.Id, finding.At, finding.What))
            .GroupBy(finding => finding.Kind.Id, StringComparer.Ordinal).SelectMany(kind => kind.Take(MaxOfKind))
            .OrderBy(finding => finding.At.Line).ThenBy(finding => finding.At.Column).ThenByDescending(finding => finding.Severity),
    ];
}
