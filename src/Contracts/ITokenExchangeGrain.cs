namespace ExchangeCluster.Contracts;

/// <summary>
/// Token exchange (RFC 8693) for callers that are Orleans clients: the only grain interface they may call. A stateless
/// worker: any key will do, and every request proves anew which client it comes from.
/// </summary>
[Alias("ExchangeCluster.ITokenExchangeGrain")]
public interface ITokenExchangeGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Answers exactly as the token endpoint answers the same parameters: an OAuth error is a reply, not an exception.
    /// </summary>
    [Alias("Exchange")]
    Task<ExchangeReply> ExchangeAsync(ExchangeMessage message, CancellationToken cancellationToken);

    /// <summary>The caller's own part of the sharing plan, as <c>/sharing-plan</c> tells it.</summary>
    [Alias("GetSharingPlan")]
    Task<SharingPlanReply> GetSharingPlanAsync(SharingPlanMessage message, CancellationToken cancellationToken);
}
