using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>What one claim of a token must be, or must not be.</summary>
/// <param name="Condition">As a rule would write it.</param>
/// <param name="MustHold">False: the condition must fail.</param>
internal sealed record ClaimDemand(ClaimCondition Condition, bool MustHold)
{
    /// <summary>Equal texts, equal demands.</summary>
    public string Key { get; } = (MustHold ? "" : "!") + Condition.Claim + "="
        + (Condition.AnyOf is { } values ? string.Join('|', values.Select(value => value.GetRawText()).Order(StringComparer.Ordinal)) : "*");

    public static ClaimDemand Present(string claim) => new(new ClaimCondition(claim, null), MustHold: true);

    public static ClaimDemand Absent(string claim) => new(new ClaimCondition(claim, null), MustHold: false);

    /// <summary>Whether a token meets it that has this value, or does not have the claim.</summary>
    public bool IsMetBy(JsonElement? value) => MustHold == (value is { } one && Holds(one));

    /// <summary>Whether some token can meet all of them: an issuer may put any claim into a token of its own.</summary>
    public static bool CanAllHold(IEnumerable<ClaimDemand> demands) =>
        demands.GroupBy(demand => demand.Condition.Claim, StringComparer.Ordinal).All(claim => CanHold([.. claim]));

    /// <summary>A claim can be an array, so that each condition finds a value of its own; none of these may be excluded.</summary>
    private static bool CanHold(ImmutableArray<ClaimDemand> claim)
    {
        var excluded = claim.Where(demand => !demand.MustHold).ToImmutableArray();
        return claim.Where(demand => demand.MustHold).All(demand => demand.Condition.AnyOf is { } values
            ? values.Any(value => !excluded.Any(other => other.Holds(value)))
            : !excluded.Any(other => other.Condition.AnyOf is null));
    }

    private bool Holds(JsonElement value) => Condition.AnyOf is null
        ? value.ValueKind != JsonValueKind.Null
        : ClaimMatch.HoldsFor(Condition, value);
}
