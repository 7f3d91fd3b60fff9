using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ExchangeCluster.Protocol;

/// <summary>
/// A set of scope tokens (RFC 6749 section 3.3): parsed once, distinct, in ordinal order, compared exactly.
/// </summary>
public sealed class ScopeSet : IEquatable<ScopeSet>
{
    /// <summary>The most scope tokens one set may hold.</summary>
    public const int MaxCount = 100;

    private static readonly SearchValues<char> ScopeTokenCharacters = SearchValues.Create(
        Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(c => (char)c).Where(c => c is not ('"' or '\\')).ToArray());

    private ScopeSet(ImmutableArray<string> values)
    {
        Values = values;
        Text = values is [var only] ? only : string.Join(' ', values);
    }

    /// <summary>The set without members.</summary>
    public static ScopeSet Empty { get; } = new([]);

    /// <summary>The members, distinct, in ordinal order.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>The members joined by single spaces, as the wire wants it.</summary>
    public string Text { get; }

    public bool IsEmpty => Values.IsEmpty;

    /// <summary>Reads a space-delimited list. False when a character or the number of members is out of bounds.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ScopeSet? scope)
    {
        ArgumentNullException.ThrowIfNull(text);
        scope = null;
        var members = new List<string>();
        foreach (var range in text.AsSpan().Split(' '))
        {
            var member = text.AsSpan()[range];
            if (member.IsEmpty)
            {
                continue;
            }

            if (members.Count == MaxCount || !IsScopeToken(member))
            {
                return false;
            }

            members.Add(member.ToString());
        }

        scope = OfWellFormed(members);
        return true;
    }

    /// <summary>True for one well-formed <c>scope-token</c> of RFC 6749 section 3.3.</summary>
    public static bool IsScopeToken(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExcept(ScopeTokenCharacters);

    /// <summary>A set of already well-formed scope tokens.</summary>
    /// <exception cref="ArgumentException">A value is not a scope token.</exception>
    public static ScopeSet Of(params IEnumerable<string> values)
    {
        var members = new List<string>(values);
        foreach (var member in members)
        {
            if (!IsScopeToken(member))
            {
                throw new ArgumentException("Not a scope token.", nameof(values));
            }
        }

        return OfWellFormed(members);
    }

    public bool Contains(string scope) => Values.BinarySearch(scope, StringComparer.Ordinal) >= 0;

    public bool IsSubsetOf(ScopeSet other) => Values.All(other.Contains);

    public ScopeSet Intersect(ScopeSet other) => Of(Values.Where(other.Contains));

    public ScopeSet Union(ScopeSet other) => Of(Values.Concat(other.Values));

    public bool Equals(ScopeSet? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as ScopeSet);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;

    /// <summary>Sorts the list, and leaves out what comes twice.</summary>
    private static ScopeSet OfWellFormed(List<string> members)
    {
        members.Sort(StringComparer.Ordinal);
        for (var index = members.Count - 1; index > 0; index--)
        {
            if (string.Equals(members[index], members[index - 1], StringComparison.Ordinal))
            {
                members.RemoveAt(index);
            }
        }

        return members.Count == 0 ? Empty : new ScopeSet([.. members]);
    }
}
