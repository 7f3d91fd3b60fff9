using System.Text.Json;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>How and when the user was authenticated, against what a rule demands (RFC 9470).</summary>
internal static class AuthenticationMatch
{
    /// <summary>What is issued dies with the freshness that it rests on, and must have a useful life until then.</summary>
    private static readonly TimeSpan MinimumLife = TimeSpan.FromSeconds(2);

    /// <summary>A claim that is missing or can't be read does not hold.</summary>
    public static bool Holds(RuleConditions when, JsonElement claims, DateTimeOffset now) =>
        HoldsContext(when, claims)
        && (when.MaxAge is null
            || (FreshUntil(when, claims) is { } until
                && until - now >= MinimumLife
                && until - when.MaxAge <= now + SubjectTokenValidator.ClockSkew));

    /// <summary>Until when the authentication is younger than the rule's <c>max_age</c>; null when the rule has none.</summary>
    public static DateTimeOffset? FreshUntil(RuleConditions when, JsonElement claims) =>
        when.MaxAge is { } maxAge && NumericDate.TryRead(claims, "auth_time", out var authenticatedAt)
            ? authenticatedAt + maxAge
            : null;

    /// <summary>What the caller is told when only this fails.</summary>
    public static StepUp Demand(RuleConditions when) => new(when.Acr, (long?)when.MaxAge?.TotalSeconds);

    private static bool HoldsContext(RuleConditions when, JsonElement claims) =>
        when.Acr.IsEmpty
        || (claims.TryGetProperty("acr", out var acr) && acr.ValueKind == JsonValueKind.String && when.Acr.Contains(acr.GetString()!));
}
