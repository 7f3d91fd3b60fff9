using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Grains.Replication;

internal sealed class SpentOnce(IClusterStore store, IClusterState state) : ISpentOnce
{
    public Task<bool> TrySpendAsync(string kind, string owner, string id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var secret = state.Current?.KeyRing.Secret ?? throw new InvalidOperationException("This silo may not answer.");
        return store.TrySpendAsync(kind, SpentId.Of(owner, id, secret), until, cancellationToken);
    }
}
