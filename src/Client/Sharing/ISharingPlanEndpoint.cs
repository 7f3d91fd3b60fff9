namespace ExchangeCluster.Client.Sharing;

/// <summary>Where the plan comes from.</summary>
internal interface ISharingPlanEndpoint
{
    /// <param name="knownVersion">Of the plan at hand; null without one.</param>
    Task<SharingPlanAnswer> AskAsync(string? knownVersion);
}

/// <summary>A plan, or a problem, or neither: the known one still holds.</summary>
/// <param name="Plan">A new one.</param>
/// <param name="Version">Its version.</param>
/// <param name="Problem">Why there is none, for the log.</param>
internal readonly record struct SharingPlanAnswer(SharingPlan? Plan = null, string? Version = null, string? Problem = null);
