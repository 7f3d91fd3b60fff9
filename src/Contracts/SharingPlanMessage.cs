namespace ExchangeCluster.Contracts;

/// <summary>A client asks for its own sharing plan, with credentials as in <see cref="ExchangeMessage"/>. It prints nothing of them.</summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.SharingPlanMessage")]
public sealed class SharingPlanMessage
{
    /// <summary>The client. Optional with an assertion.</summary>
    [Id(0)]
    public string? ClientId { get; init; }

    /// <summary>A secret.</summary>
    [Id(1)]
    public string? ClientSecret { get; init; }

    /// <summary>A JWT of RFC 7523 section 2.2, signed by the client. A secret while it is valid.</summary>
    [Id(2)]
    public string? ClientAssertion { get; init; }

    /// <summary>The policy revision of the plan that the client has; null without one.</summary>
    [Id(3)]
    public long? KnownRevision { get; init; }

    /// <summary>A constant: the values stay hidden.</summary>
    public override string ToString() => nameof(SharingPlanMessage);
}
