using ExchangeCluster.Grains.Auditing;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>Keeps what the journal tells.</summary>
internal sealed class CapturedDecisions : IDecisionSink
{
    public List<DecisionEntry> Entries { get; } = [];

    public void Accept(in DecisionEntry entry) => Entries.Add(entry);

    public void Flush()
    {
    }
}
