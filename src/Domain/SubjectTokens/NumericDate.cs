using System.Text.Json;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>NumericDate of RFC 7519 section 2: seconds since 1970, fractions and exponent form allowed.</summary>
internal static class NumericDate
{
    private static readonly decimal Max = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>False when the claim is there and not a date after 1970 that a clock can show.</summary>
    public static bool TryRead(JsonElement claims, string name, out DateTimeOffset? date)
    {
        date = null;
        if (!claims.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var seconds) || seconds <= 0 || seconds > Max)
        {
            return false;
        }

        date = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }
}
