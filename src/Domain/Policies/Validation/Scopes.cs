using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Scope names of the file.</summary>
internal static class Scopes
{
    /// <summary>The same few lists stand in a hundred thousand rules.</summary>
    private static readonly ScopeSet?[] Recent = new ScopeSet?[256];

    /// <summary>The well-formed ones as a set.</summary>
    public static ScopeSet Read(ConfigList<ConfigText>? list, Mistakes mistakes)
    {
        if (list is not { Items: var scopes })
        {
            return ScopeSet.Empty;
        }

        if (scopes.Length > ScopeSet.MaxCount)
        {
            mistakes.Add(scopes[ScopeSet.MaxCount].At, $"this is scope {ScopeSet.MaxCount + 1}, expected at most {ScopeSet.MaxCount}: a token holds no more");
        }

        foreach (var scope in scopes.Where(scope => !ScopeSet.IsScopeToken(scope.Value)))
        {
            mistakes.Add(scope.At, "this is not a scope, expected printable ASCII without space, quote or backslash (RFC 6749 section 3.3)");
        }

        return WellFormed(list);
    }

    public static ScopeSet WellFormed(ConfigList<ConfigText>? list)
    {
        if (list is not { Items: { IsEmpty: false } scopes })
        {
            return ScopeSet.Empty;
        }

        ref var known = ref Recent[(uint)scopes[0].Value.GetHashCode(StringComparison.Ordinal) % Recent.Length];
        if (known is { } found && IsOf(found, scopes))
        {
            return found;
        }

        return known = ScopeSet.Of(scopes.Select(scope => scope.Value).Where(scope => ScopeSet.IsScopeToken(scope)));
    }

    public static void CheckKnown(ConfigList<ConfigText>? list, Service service, Mistakes mistakes)
    {
        foreach (var scope in list?.Items ?? [])
        {
            CheckKnown(scope, service, mistakes);
        }
    }

    private static bool IsOf(ScopeSet set, ImmutableArray<ConfigText> scopes)
    {
        if (set.Values.Length != scopes.Length)
        {
            return false;
        }

        for (var index = 0; index < scopes.Length; index++)
        {
            if (set.Values[index] != scopes[index].Value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Names are compared exactly: an asterisk is a character like any other.</summary>
    public static void CheckKnown(ConfigText scope, Service service, Mistakes mistakes)
    {
        if (!service.Scopes.Contains(scope.Value))
        {
            mistakes.AddUnknown(
                scope.At, $"for the service '{service.Name}' the scope", scope.Value, "one of its scopes", service.Scopes.Values);
        }
    }
}
