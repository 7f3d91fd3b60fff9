using System.Collections.Concurrent;
using System.Text.Json;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>Names of enumerations as JSON has them: <c>ScopeNotGranted</c> is <c>scope_not_granted</c>.</summary>
public static class SnakeCase
{
    private static readonly ConcurrentDictionary<Enum, string> Names = new();

    public static string Of(Enum value) => Names.GetOrAdd(value, static known => JsonNamingPolicy.SnakeCaseLower.ConvertName(known.ToString()));
}
