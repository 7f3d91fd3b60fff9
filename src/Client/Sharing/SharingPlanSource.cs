using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Client.Sharing;

/// <summary>The current plan of this service.</summary>
internal interface ISharingPlanSource
{
    /// <summary>Never fails: without a plan everything is exchanged.</summary>
    ValueTask<SharingPlan> GetAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Asks the token service once, and then at an interval whether the plan still holds; meanwhile the one at hand serves. An old
/// plan does no harm: what may be reused stands in the token itself.
/// </summary>
internal sealed partial class SharingPlanSource(
    ISharingPlanEndpoint endpoint, IOptions<TokenExchangeOptions> options, TimeProvider clock, ILogger<SharingPlanSource> logger) : ISharingPlanSource
{
    private readonly Lock gate = new();
    private SharingPlan? plan;
    private string? version;
    private Task<SharingPlan>? underWay;
    private long askedAt;

    public ValueTask<SharingPlan> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (underWay is null or { IsCompleted: true } && (plan is null || clock.GetElapsedTime(askedAt) >= options.Value.PlanInterval))
            {
                askedAt = clock.GetTimestamp();
                underWay = Task.Run(AskAsync, CancellationToken.None);
            }

            return plan is { } known ? new(known) : new(underWay!.WaitAsync(cancellationToken));
        }
    }

    private async Task<SharingPlan> AskAsync()
    {
        var answer = await endpoint.AskAsync(version).ConfigureAwait(false);
        if (answer.Problem is { } problem)
        {
            WarnNoPlan(problem);
        }

        lock (gate)
        {
            if (answer.Plan is not null)
            {
                version = answer.Version;
            }

            return plan = answer.Plan ?? plan ?? SharingPlan.ExchangeAll;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The token service gave no sharing plan ({Reason}): going on with what is known.")]
    private partial void WarnNoPlan(string reason);
}
