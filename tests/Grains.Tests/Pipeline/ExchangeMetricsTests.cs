using System.Diagnostics.Metrics;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

public sealed class ExchangeMetricsTests
{
    [Fact]
    public void Counts_exchanges_by_outcome_and_lookups_by_result()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<ExchangeMetrics>().BuildServiceProvider();
        var metrics = services.GetRequiredService<ExchangeMetrics>();
        var factory = services.GetRequiredService<IMeterFactory>();
        List<string> counted = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.Add($"{instrument.Name} {value} {string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();

        metrics.Issued(AnswerSource.SubjectMemory, TimeSpan.Zero);
        metrics.Issued(AnswerSource.Decided, TimeSpan.Zero);
        metrics.Issued(AnswerSource.NearCache, TimeSpan.Zero);
        metrics.Refused(RefusalReason.ScopeNotGranted, TimeSpan.Zero);

        Assert.Equal(
            [
                "exchange_cluster.exchanges 1 outcome=Issued",
                "exchange_cluster.token_cache.lookups 1 result=hit",
                "exchange_cluster.exchanges 1 outcome=Issued",
                "exchange_cluster.token_cache.lookups 1 result=miss",
                "exchange_cluster.exchanges 1 outcome=Issued",
                "exchange_cluster.token_cache.lookups 1 result=near",
                "exchange_cluster.exchanges 1 outcome=ScopeNotGranted",
            ],
            counted);
    }
}
