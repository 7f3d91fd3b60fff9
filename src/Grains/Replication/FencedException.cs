namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// This silo may not answer any more. Mostly because the store is not the one it knew: a log is missing, has another
/// incarnation, stands at a lower epoch, or holds a record that does not open. An operator has to look: going on by itself
/// could un-revoke.
/// </summary>
public class FencedException(string reason) : Exception(reason);

/// <summary>
/// The store has lost what this silo knows. Nobody may answer from it until its operator has begun it anew; then this silo
/// writes back what it knows.
/// </summary>
public sealed class StoreForgotException(string reason) : FencedException(reason);
