using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// Where a scope of a token may come from: not elevated, or elevated by one of some services. Either the listed ones, or all
/// but the listed ones; the empty name stands for "not elevated".
/// </summary>
internal sealed class Origins
{
    private const string NotElevated = "";

    public static readonly Origins Any = new([], isComplement: true);

    private static readonly Origins OfNobody = new([NotElevated], isComplement: false);

    private readonly ImmutableArray<string> names;
    private readonly bool isComplement;

    private Origins(ImmutableArray<string> names, bool isComplement)
    {
        (this.names, this.isComplement) = (names, isComplement);
        Key = isComplement && names.IsEmpty ? "*" : (isComplement ? "!" : "") + string.Join(',', names);
    }

    /// <summary>Equal texts, equal origins.</summary>
    public string Key { get; }

    public bool AdmitsNotElevated => Admits(NotElevated);

    /// <summary>What may satisfy a condition or elevation of a rule with this <c>through</c>.</summary>
    public static Origins Through(ImmutableArray<string> services) =>
        services.IsEmpty ? OfNobody : new(Sorted(services.Append(NotElevated)), isComplement: false);

    /// <summary>What may not.</summary>
    public static Origins NotThrough(IEnumerable<string> services) => new(Sorted(services.Append(NotElevated)), isComplement: true);

    /// <summary>An elevation by this service alone.</summary>
    public static Origins By(string service) => new([service], isComplement: false);

    public bool Admits(string by) => names.Contains(by) != isComplement;

    public Origins And(Origins other) => (isComplement, other.isComplement) switch
    {
        (true, true) => new(Sorted(names.Concat(other.names)), isComplement: true),
        (true, false) => new([.. other.names.Where(Admits)], isComplement: false),
        (false, _) => new([.. names.Where(other.Admits)], isComplement: false),
    };

    /// <summary>False when nothing satisfies it.</summary>
    public bool IsPossible => isComplement || !names.IsEmpty;

    private static ImmutableArray<string> Sorted(IEnumerable<string> all) =>
        [.. all.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
