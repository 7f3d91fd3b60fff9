using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies;

/// <summary>YAML text → config records → validated model → compiled snapshot.</summary>
public static class PolicyCompiler
{
    /// <param name="text">The policy.</param>
    /// <param name="file">Its name, for messages.</param>
    public static PolicyCompilation Compile(string text, string file) => throw new NotImplementedException();
}

/// <summary>The snapshot, or every mistake as <c>file:line:column: what, what was expected</c>; never both.</summary>
public sealed record PolicyCompilation(PolicySnapshot? Snapshot, ImmutableArray<string> Mistakes);
