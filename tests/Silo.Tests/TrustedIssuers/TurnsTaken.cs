using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

/// <summary>The store's memory of turns, on a fake clock.</summary>
internal sealed class TurnsTaken(TimeProvider clock) : ISpentOnce
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string, string, string), DateTimeOffset> taken = [];

    public Task<bool> TrySpendAsync(string kind, string owner, string id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (taken.TryGetValue((kind, owner, id), out var end) && end > clock.GetUtcNow())
            {
                return Task.FromResult(false);
            }

            taken[(kind, owner, id)] = until;
            return Task.FromResult(true);
        }
    }
}
