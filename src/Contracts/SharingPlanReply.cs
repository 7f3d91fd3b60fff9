namespace ExchangeCluster.Contracts;

/// <summary>A sharing plan; or an error; or only the revision, when it is the known one.</summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.SharingPlanReply")]
public sealed class SharingPlanReply
{
    /// <summary>The policy revision that the plan was made of; null in an error.</summary>
    [Id(0)]
    public long? PolicyRevision { get; init; }

    /// <summary>The plan as the UTF-8 JSON that <c>/sharing-plan</c> gives.</summary>
    [Id(1)]
    public byte[]? Plan { get; init; }

    /// <summary>An OAuth error code; null on success.</summary>
    [Id(2)]
    public string? Error { get; init; }
}
