namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// This silo may not answer any more. Mostly because the store is not the one it knew: a log is missing, has another
/// incarnation, stands at a lower epoch, or holds a record that does not open. An operator has to look: going on by itself
/// could un-revoke.
/// </summary>
public sealed class FencedException(string reason) : Exception(reason);
