using System.Globalization;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;

namespace ExchangeCluster.Silo.Demo;

/// <summary>
/// Publishes the demo policy, made for the addresses of this start. Its revision follows what the data directory holds:
/// in the demo, and only there, a start with other ports is a newer policy.
/// </summary>
internal sealed class DemoPolicyService(SiloSettings settings, IPolicyPublisher publisher, IClusterState state) : IHostedService
{
    private const string ResourceName = "demo-policy.yaml";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var revision = state.Current?.Policy.Revision ?? 1;
        var outcome = await PublishAsync(revision, cancellationToken);
        if (outcome == PolicyPublicationOutcome.Stale)
        {
            outcome = await PublishAsync(revision + 1, cancellationToken);
        }

        if (outcome is not (PolicyPublicationOutcome.Published or PolicyPublicationOutcome.Unchanged))
        {
            throw new InvalidOperationException($"The demo policy is {outcome}.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<PolicyPublicationOutcome> PublishAsync(long revision, CancellationToken cancellationToken)
    {
        var text = Read()
            .Replace("{{revision}}", revision.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{issuer}}", settings.PublicUrls[0].ToString(), StringComparison.Ordinal)
            .Replace("{{login}}", settings.DemoLoginUrl!.ToString(), StringComparison.Ordinal);
        return (await publisher.PublishAsync(text, ResourceName, cancellationToken)).Outcome;
    }

    private static string Read()
    {
        using var stream = typeof(DemoPolicyService).Assembly.GetManifestResourceStream(ResourceName)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
