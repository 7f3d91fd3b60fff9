using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>The rules: pure, (policy snapshot, command, now) → decision.</summary>
public static class Decider
{
    public static Decision Decide(PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now) =>
        throw new NotImplementedException();
}
