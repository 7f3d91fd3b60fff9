using System.Net;
using ExchangeCluster.Silo.Telemetry;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Telemetry;

[Collection<ShopCollection>]
public sealed class MetricsTests(Shop shop)
{
    [Fact]
    public async Task Counts_exchanges_on_the_management_listener_only()
    {
        await shop.IssueAsync();
        await shop.ExchangeAsync(edit: form => form.Remove("subject_token"));

        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(shop.Silo.ManagementUrl, Metrics.Path), TestContext.Current.CancellationToken);
        Assert.Contains("exchange_cluster_exchanges_total{", text, StringComparison.Ordinal);
        Assert.Contains("outcome=\"Issued\"", text, StringComparison.Ordinal);
        Assert.Contains("outcome=\"MissingSubjectToken\"", text, StringComparison.Ordinal);

        using var onPublic = await http.GetAsync(new Uri(shop.Silo.PublicUrl, Metrics.Path), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, onPublic.StatusCode);
    }
}
