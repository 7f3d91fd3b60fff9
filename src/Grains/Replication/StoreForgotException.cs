namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// The store is not the one this silo knew: a log is missing, has another incarnation, stands at a lower epoch, or holds a
/// record that does not open. The silo fences itself until an operator restarts it: guessing could un-revoke.
/// </summary>
public sealed class StoreForgotException(string reason) : Exception(reason);
