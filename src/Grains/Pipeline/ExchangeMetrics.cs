using System.Diagnostics.Metrics;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>What the exchanges of this silo count. Tags are bounded: enums, never names that grow with customers.</summary>
public sealed class ExchangeMetrics
{
    public const string MeterName = "ExchangeCluster.Exchange";

    private const string OutcomeTag = "outcome";
    private const string IssuedOutcome = "Issued";

    private readonly Counter<long> exchanges;
    private readonly Counter<long> lookups;
    private readonly Counter<long> auditDropped;
    private readonly Histogram<double> duration;

    public ExchangeMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        exchanges = meter.CreateCounter<long>(
            "exchange_cluster.exchanges", "{exchange}", "Exchanges by outcome: Issued, or the reason of the refusal.");
        lookups = meter.CreateCounter<long>(
            "exchange_cluster.token_cache.lookups", "{lookup}", "Tokens answered from this silo's near cache (near), from a subject's memory (hit), or minted (miss).");
        auditDropped = meter.CreateCounter<long>(
            "exchange_cluster.audit.dropped", "{decision}", "Decisions that the audit does not tell of, because they came faster than it could.");
        duration = meter.CreateHistogram<double>(
            "exchange_cluster.exchange.duration", "s", "From the read request to the decided answer.");
    }

    public void AuditDropped(long count = 1) => auditDropped.Add(count);

    public void Issued(AnswerSource source, TimeSpan elapsed)
    {
        exchanges.Add(1, new KeyValuePair<string, object?>(OutcomeTag, IssuedOutcome));
        lookups.Add(1, new KeyValuePair<string, object?>("result", ResultOf(source)));
        duration.Record(elapsed.TotalSeconds);
    }

    public void Refused(RefusalReason reason, TimeSpan elapsed)
    {
        exchanges.Add(1, new KeyValuePair<string, object?>(OutcomeTag, reason.ToString()));
        duration.Record(elapsed.TotalSeconds);
    }

    private static string ResultOf(AnswerSource source) => source switch
    {
        AnswerSource.NearCache => "near",
        AnswerSource.SubjectMemory => "hit",
        _ => "miss",
    };
}
