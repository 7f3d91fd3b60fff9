using System.Globalization;
using System.Text.RegularExpressions;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;

namespace ExchangeCluster.Silo.Demo;

/// <summary>
/// Publishes the demo policy, made for the addresses of this start. Its revision follows what the data directory holds:
/// in the demo, and only there, a start with other ports is a newer policy.
/// </summary>
internal sealed partial class DemoPolicyService(SiloSettings settings, IPolicyPublisher publisher, IClusterState state) : IHostedService
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
        var text = Address().Replace(Read(), address => (address.ValueSpan.EndsWith("5080") ? settings.PublicUrls[0] : settings.DemoLoginUrl!).ToString())
            .Replace("revision: 1", string.Create(CultureInfo.InvariantCulture, $"revision: {revision}"), StringComparison.Ordinal);
        return (await publisher.PublishAsync(text, ResourceName, cancellationToken)).Outcome;
    }

    /// <summary>The file is a policy that the tool can check, so it holds the default addresses. In one pass: one may be the other's default.</summary>
    [GeneratedRegex(@"http://127\.0\.0\.1:508[02]\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    private static string Read()
    {
        using var stream = typeof(DemoPolicyService).Assembly.GetManifestResourceStream(ResourceName)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
