using System.Text.Json;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Whether a token's top-level claims meet a condition. What is nested, prior actors above all, never counts.</summary>
internal static class ClaimMatch
{
    public static bool Holds(ClaimCondition condition, JsonElement claims)
    {
        if (!claims.TryGetProperty(condition.Claim, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return false;
        }

        return condition.AnyOf is null || HoldsFor(condition, value);
    }

    /// <summary>The same of a claim's value, against a condition that names values.</summary>
    public static bool HoldsFor(ClaimCondition condition, JsonElement value)
    {
        foreach (var expected in condition.AnyOf!.Value)
        {
            if (JsonElement.DeepEquals(value, expected) || (value.ValueKind == JsonValueKind.Array && Contains(value, expected)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(JsonElement array, JsonElement expected)
    {
        foreach (var item in array.EnumerateArray())
        {
            if (JsonElement.DeepEquals(item, expected))
            {
                return true;
            }
        }

        return false;
    }
}
