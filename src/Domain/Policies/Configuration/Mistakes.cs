using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Analysis;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>Collects every mistake of a policy file, in the order of the file.</summary>
public sealed class Mistakes(string file)
{
    /// <summary>More than this nobody reads at once.</summary>
    private const int MaxCount = 200;

    private const int MaxLength = 1000;

    private readonly List<Mistake> found = [];
    private readonly List<Mistake> doubts = [];

    /// <summary>What is no mistake, in the order of the file.</summary>
    public ImmutableArray<string> Warnings => ToLines(doubts, "warnings");

    public bool Any => found.Count != 0;

    /// <summary>The mistakes, in the order of the file; after the first few hundred how many more there are.</summary>
    public ImmutableArray<Remark> Found => ToRemarks(found, "mistakes");

    /// <summary>The same of <see cref="Warnings"/>.</summary>
    public ImmutableArray<Remark> Doubts => ToRemarks(doubts, "warnings");

    /// <param name="at">Where it stands; nowhere: a value that was already found missing or wrong.</param>
    /// <param name="what">What is wrong, what was expected.</param>
    /// <param name="kind">What kind of mistake it is, for tools: an id of <see cref="FindingKinds"/>.</param>
    public void Add(Position at, string what, string kind = FindingKinds.MistakeId) => Add(new Mistake(at, what, kind));

    /// <summary>All of the others.</summary>
    internal void Add(Mistakes others)
    {
        found.AddRange(others.found);
        doubts.AddRange(others.doubts);
    }

    /// <summary>A name that is not one of <paramref name="known"/>: with the nearest one.</summary>
    public void AddUnknown(Position at, string what, string name, string expected, IEnumerable<string> known) =>
        Add(new Mistake(at, $"{what} '{name}' is unknown, expected {expected}", FindingKinds.MistakeId, name, known));

    /// <summary>What works otherwise than its author may think.</summary>
    public void Warn(Position at, string what) => doubts.Add(new Mistake(at, what, FindingKinds.DoubtId));

    public ImmutableArray<string> ToImmutable() => ToLines(found, "mistakes");

    private ImmutableArray<string> ToLines(List<Mistake> all, string name) =>
        [.. ToRemarks(all, name).Select(remark => $"{file}:{remark.At}: {remark.Text}")];

    private static ImmutableArray<Remark> ToRemarks(List<Mistake> all, string name)
    {
        // A mistake in a rule is found once for each of its callers.
        var distinct = all.DistinctBy(mistake => (mistake.At, mistake.What))
            .OrderBy(mistake => mistake.At.Line).ThenBy(mistake => mistake.At.Column)
            .ToList();
        var remarks = distinct.Take(MaxCount).Select(mistake => new Remark(mistake.At, Printable(mistake.What) + SuggestionOf(mistake), mistake.Kind));
        return distinct.Count > MaxCount
            ? [.. remarks, new Remark(distinct[MaxCount].At, $"{distinct.Count - MaxCount} more {name} from here on", FindingKinds.MistakeId)]
            : [.. remarks];
    }

    private void Add(Mistake mistake)
    {
        if (mistake.At != default)
        {
            found.Add(mistake);
        }
    }

    /// <summary>Sought only for mistakes that are shown: there can be thousands of names to compare with.</summary>
    private static string SuggestionOf(Mistake mistake) =>
        mistake.Name is { } name && NearestName.Of(name, mistake.Known!) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";

    /// <summary>One line of bounded length, whatever the file holds.</summary>
    private static string Printable(string text) =>
        string.Concat(text.Take(MaxLength).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '\uFFFD' : c));

    private readonly record struct Mistake(Position At, string What, string Kind, string? Name = null, IEnumerable<string>? Known = null);
}

/// <summary>Something about one place of the file.</summary>
/// <param name="At">The place.</param>
/// <param name="Text">One line for people.</param>
/// <param name="Kind">An id of <see cref="FindingKinds"/>.</param>
public sealed record Remark(Position At, string Text, string Kind);
