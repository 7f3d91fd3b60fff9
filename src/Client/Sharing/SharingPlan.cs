using System.Collections.Frozen;
using System.Text.Json;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Sharing;

/// <summary>Which targets this service may hand its incoming tokens on to (docs/sharing-plan.md). Immutable.</summary>
internal sealed class SharingPlan
{
    /// <summary>Everything is exchanged, which always works.</summary>
    public static readonly SharingPlan ExchangeAll = new(FrozenDictionary<string, string>.Empty);

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly FrozenDictionary<string, string> reused;

    private SharingPlan(FrozenDictionary<string, string> reused) => this.reused = reused;

    /// <summary>The <c>aud</c> that a token must hold to be handed on to this target; null where it is exchanged.</summary>
    public string? AudienceForReuse(string target) => reused.GetValueOrDefault(target);

    /// <summary>Null when it is not a plan.</summary>
    public static SharingPlan? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var plan = JsonElement.Parse(json, Strict);
            return new SharingPlan(plan.GetProperty(SharingPlanMembers.Edges).EnumerateArray()
                .Where(edge => edge.GetProperty(SharingPlanMembers.Outcome).GetString() == SharingOutcomes.Reuse)
                .ToFrozenDictionary(
                    edge => edge.GetProperty(SharingPlanMembers.Target).GetString()!,
                    edge => edge.GetProperty(SharingPlanMembers.Audience).GetString()!,
                    StringComparer.Ordinal));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return null;
        }
    }
}
