using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Administration;

/// <summary>
/// Publishes what an administrator sends, and turns whatever stands in the way into an answer that promises nothing: the store is down, this silo
/// is fenced, the cluster did not follow in time.
/// </summary>
public sealed class PolicyAdministration(IPolicyPublisher publisher, ILogger<PolicyAdministration> logger)
{
    /// <returns>Exactly one of them. After a refusal it may still have been published: to publish the same again tells.</returns>
    public async Task<(PolicyPublication? Publication, Refusal? Refusal)> PublishAsync(string text, string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await DependencyFailedException.GuardAsync(
                "store", () => publisher.PublishEverywhereAsync(text, file, cancellationToken), cancellationToken), null);
        }
        catch (DependencyFailedException exception)
        {
            logger.ErrorDependencyFailed(exception);
            return (null, new Refusal(RefusalReason.Unavailable));
        }
    }
}
