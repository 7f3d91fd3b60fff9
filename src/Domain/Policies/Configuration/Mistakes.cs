using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>Collects every mistake of a policy file, in the order of the file.</summary>
public sealed class Mistakes(string file)
{
    /// <summary>More than this nobody reads at once.</summary>
    private const int MaxCount = 200;

    private readonly List<(Position At, string Text)> found = [];

    public bool Any => found.Count != 0;

    /// <param name="at">Where it stands; nowhere: a value that was already found missing or wrong.</param>
    /// <param name="what">What is wrong, what was expected.</param>
    public void Add(Position at, string what)
    {
        if (at != default)
        {
            found.Add((at, what));
        }
    }

    /// <summary>A name that is not one of <paramref name="known"/>: with the nearest one.</summary>
    public void AddUnknown(Position at, string what, string name, IEnumerable<string> known)
    {
        var nearest = NearestName.Of(name, known);
        Add(at, nearest is null ? $"{what} '{name}' is unknown" : $"{what} '{name}' is unknown, did you mean '{nearest}'?");
    }

    public ImmutableArray<string> ToImmutable() =>
        [.. found.OrderBy(mistake => mistake.At.Line).ThenBy(mistake => mistake.At.Column).Take(MaxCount)
            .Select(mistake => $"{file}:{mistake.At}: {mistake.Text}")];
}
