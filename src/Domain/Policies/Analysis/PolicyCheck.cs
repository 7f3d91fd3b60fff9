using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>A policy as it was compiled, and all that there is to say about it.</summary>
/// <param name="Snapshot">Null when a mistake keeps it from loading.</param>
/// <param name="Findings">In the order of the file.</param>
public sealed record PolicyCheck(PolicySnapshot? Snapshot, ImmutableArray<Finding> Findings)
{
    public bool HasErrors => Findings.Any(finding => finding.Severity == Severity.Error);

    /// <summary>Never throws for a text, whatever it holds.</summary>
    public static PolicyCheck Of(string text)
    {
        var mistakes = new Mistakes("");
        var snapshot = PolicyCompiler.Compile(text, mistakes);
        return new PolicyCheck(
            snapshot,
            [
                .. mistakes.Found.Select(mistake => new Finding(mistake.At, Severity.Error, mistake.Text)),
                .. mistakes.Doubts.Select(doubt => new Finding(doubt.At, Severity.Warning, doubt.Text)),
            ]);
    }
}
