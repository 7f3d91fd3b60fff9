using System.Collections.Frozen;

namespace ExchangeCluster.Domain.Policies;

/// <summary>What a rule lets pass of one type of authorization detail (RFC 9396).</summary>
/// <param name="Type">The <c>type</c>.</param>
/// <param name="Allowed">
/// By member (<c>actions</c>, <c>datatypes</c>, <c>locations</c>, <c>privileges</c>): the values that pass. A member that is
/// not here passes whole.
/// </param>
public sealed record DetailCeiling(string Type, FrozenDictionary<string, FrozenSet<string>> Allowed);
